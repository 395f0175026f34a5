//! Damaged bytes are copied before anybody thinks about them, and never changed where they are.

use std::io;

use super::Damage;
use crate::disk::{Disk, DiskFile};

/// Copies of damage kept in one home: more than this is a dying disk, and copies would only fill it.
const MAX_COPIES: usize = 64;

/// Copies the bytes of each damage to a file of its own, where there is room and the disk may be written, and notes the
/// file's name.
pub(super) fn set_aside<D: Disk>(disk: &D, damaged: &mut [(Damage, Vec<u8>)]) -> io::Result<()> {
    if damaged.is_empty() || disk.is_read_only() {
        return Ok(());
    }
    let names = disk.list()?;
    let mut copies = names.iter().filter(|name| name.starts_with("damaged-")).count();
    for (damage, bytes) in damaged.iter_mut().filter(|(_, bytes)| !bytes.is_empty()) {
        let sum = crc32c::crc32c(bytes);
        // The checksum in the name: more rot at the same place is another copy.
        let name = format!("damaged-{:016x}-{:08x}-{sum:08x}", damage.segment, damage.offset);
        if names.contains(&name) {
            damage.set_aside = Some(name);
            continue;
        }
        if copies >= MAX_COPIES {
            continue;
        }
        match copy(disk, &name, bytes) {
            Ok(()) => {
                damage.set_aside = Some(name);
                copies += 1;
            }
            // The original stays untouched, so a full disk loses nothing and must stay readable.
            Err(error) if error.kind() == io::ErrorKind::StorageFull => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn copy<D: Disk>(disk: &D, name: &str, bytes: &[u8]) -> io::Result<()> {
    let part = format!("{name}.part");
    if disk.list()?.contains(&part) {
        disk.remove(&part)?;
    }
    let file = disk.create(&part, bytes.len() as u64)?;
    if let Err(error) = file.write_at(0, bytes).and_then(|()| file.sync_data()) {
        drop(file);
        let _ = disk.remove(&part);
        return Err(error);
    }
    disk.rename(&part, name)?;
    disk.sync_dir()
}
