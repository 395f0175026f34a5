//! Everything that goes wrong by accident.

use tally_replica::Input;

use crate::fault::Fault;
use crate::network::Weather;
use crate::violation::Violation;
use crate::world::{Happening, World};

impl World {
    /// Something goes wrong, and the next is put on the clock.
    pub(crate) fn chaos(&mut self) -> Result<(), Violation> {
        if self.healing {
            return Ok(());
        }
        let pause = self.random.between(300, 4_000);
        self.soon(pause, Happening::Chaos);
        let node = self.random.index(self.machines.len());
        match self.random.below(100) {
            0..=29 => {
                self.network.weather = Weather::draw(&mut self.random);
                Ok(())
            }
            30..=54 => self.partition(node),
            55..=64 if self.machines[node].is_up() => {
                self.faults.count(Fault::Crash);
                self.crash(node)
            }
            65..=76 if self.machines[node].is_up() => {
                let operations = self.random.below(5);
                self.machines[node].doom(operations);
                Ok(())
            }
            77..=84 if self.machines[node].is_up() => {
                self.machines[node].image();
                Ok(())
            }
            85..=91 => self.restore(node),
            _ => self.heal_ways(),
        }
    }

    /// Parts some nodes from the others for a while.
    fn partition(&mut self, node: usize) -> Result<(), Violation> {
        self.faults.count(Fault::Partition);
        let with = self.random.index(self.machines.len());
        let alone = self.random.chance(60);
        for other in 0..self.machines.len() {
            for side in [node, with] {
                let same = other == node || (other == with && !alone);
                if !same && (side == node || !alone) {
                    self.set_way(side, other, false)?;
                }
            }
        }
        let pause = self.random.between(200, 40_000);
        self.soon(pause, Happening::Heal);
        Ok(())
    }

    /// Opens every way again.
    pub(crate) fn heal_ways(&mut self) -> Result<(), Violation> {
        for a in 0..self.machines.len() {
            for b in a + 1..self.machines.len() {
                self.set_way(a, b, true)?;
            }
        }
        Ok(())
    }

    fn set_way(&mut self, a: usize, b: usize, up: bool) -> Result<(), Violation> {
        if a == b || !self.network.set(a, b, up) {
            return Ok(());
        }
        self.recording.note(self.now, &[11, a, b, usize::from(up)], &[], || format!("way {a} {b} is open: {up}"));
        if self.machines[a].is_up() && self.machines[b].is_up() {
            self.meet(a, b, up)?;
        }
        Ok(())
    }

    fn meet(&mut self, a: usize, b: usize, up: bool) -> Result<(), Violation> {
        for (to, of) in [(a, b), (b, a)] {
            let partner = self.members.at(of).node();
            let input = if up { Input::Connected { partner } } else { Input::Disconnected { partner } };
            self.feed(to, input)?;
        }
        Ok(())
    }

    /// The power fails.
    pub(crate) fn crash(&mut self, node: usize) -> Result<(), Violation> {
        self.recording.note(self.now, &[12, node], &[], || format!("{node} goes down"));
        let seed = self.random.draw();
        self.machines[node].crash(seed);
        self.gone(node)?;
        let pause = self.random.between(50, 15_000);
        self.soon(pause, Happening::Start { node });
        Ok(())
    }

    fn gone(&mut self, node: usize) -> Result<(), Violation> {
        self.forget_commands(node);
        let partner = self.members.at(node).node();
        for other in 0..self.machines.len() {
            if other != node && self.machines[other].is_up() && self.network.reaches(node, other) {
                self.feed(other, Input::Disconnected { partner })?;
            }
        }
        Ok(())
    }

    fn restore(&mut self, node: usize) -> Result<(), Violation> {
        let was_up = self.machines[node].is_up();
        if !self.machines[node].restore() {
            return Ok(());
        }
        self.recording.note(self.now, &[13, node], &[], || format!("{node} is put back to an image"));
        self.faults.count(Fault::Restore);
        if was_up {
            self.gone(node)?;
        }
        self.start_from(node, true)?;
        self.checker.restored();
        self.audit_soon(node)
    }

    /// A machine starts, unless it runs already.
    pub(crate) fn start(&mut self, node: usize) -> Result<(), Violation> {
        if self.machines[node].is_up() {
            return Ok(());
        }
        self.start_from(node, false)?;
        self.audit_soon(node)
    }

    fn start_from(&mut self, node: usize, restored: bool) -> Result<(), Violation> {
        let seed = self.random.bytes();
        let started =
            self.machines[node].start(self.members.at(node), seed).map_err(|why| Violation::Start { node, why })?;
        self.recording.note(self.now, &[14, node, started.frames.len()], &[], || {
            format!("{node} starts with {} frames", started.frames.len())
        });
        if started.torn {
            self.faults.count(Fault::Torn);
        }
        self.checker.started(node, &started.frames, &started.short, restored)?;
        for other in 0..self.machines.len() {
            if other != node && self.machines[other].is_up() && self.network.reaches(node, other) {
                self.meet(node, other, true)?;
            }
        }
        Ok(())
    }
}
