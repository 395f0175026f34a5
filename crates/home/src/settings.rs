//! What the operator decides about a node, in a file that people edit.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tally_store::GuardLimits;
use thiserror::Error;

/// Where a node listens unless it is told otherwise: a port that needs no privilege.
pub(crate) const LISTEN: &str = "/ip4/0.0.0.0/tcp/7443";
/// Bytes of one mebibyte.
const MIB: u64 = 1 << 20;

/// The settings of a node; a word that is not known is refused, because a mistyped one would do nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The member's name.
    pub name: String,
    /// The node's name.
    pub node: String,
    /// Where the node listens.
    pub listen: Vec<String>,
    /// What partners are told instead, where the node sits behind a router.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub announce: Vec<String>,
    /// How much is logged.
    #[serde(default, skip_serializing_if = "LogLevel::is_default")]
    pub log: LogLevel,
    /// Space that is held back on the disk.
    #[serde(default)]
    pub guard: DiskReserve,
}

/// How much a node logs about what it does, from least to most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Only what somebody has to mend.
    Error,
    /// What somebody should look at, too.
    Warn,
    /// What happens between partners.
    #[default]
    Info,
    /// Every change and every receipt.
    Debug,
    /// All there is.
    Trace,
}

impl LogLevel {
    /// The word for it in filters.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }

    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// How much space is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DiskReserve {
    /// Mebibytes of the file that is given up when the disk is full.
    pub ballast_mib: u64,
    /// Mebibytes that stay free after every write.
    pub reserve_mib: u64,
}

impl Default for DiskReserve {
    fn default() -> Self {
        let limits = GuardLimits::default();
        Self { ballast_mib: limits.ballast_bytes / MIB, reserve_mib: limits.reserve_bytes / MIB }
    }
}

impl DiskReserve {
    /// As the journal takes it.
    pub const fn limits(self) -> GuardLimits {
        GuardLimits {
            ballast_bytes: self.ballast_mib.saturating_mul(MIB),
            reserve_bytes: self.reserve_mib.saturating_mul(MIB),
        }
    }
}

/// Why the settings cannot be used.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line of it is not a setting.
    #[error("{}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// Which line, and what is wrong with it.
        source: Box<toml::de::Error>,
    },
    /// They have no form as text.
    #[error("the settings cannot be written as text")]
    Text(#[source] toml::ser::Error),
}

impl Settings {
    /// Reads the settings of a home.
    pub(crate) fn read(path: &Path) -> Result<Self, SettingsError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| SettingsError::Read { path: path.to_owned(), source })?;
        toml::from_str(&text).map_err(|source| SettingsError::Form { path: path.to_owned(), source: Box::new(source) })
    }

    /// The settings as the file holds them, with a line on what each is.
    pub(crate) fn to_text(&self) -> Result<String, SettingsError> {
        let body = toml::to_string_pretty(self).map_err(SettingsError::Text)?;
        Ok(format!(
            "# Settings of this node. `announce` lists addresses to tell partners instead of those it listens at;\n\
             # `log` is error, warn, info, debug or trace; `guard` says how many mebibytes of the disk stay free. A\n\
             # change counts from the next start on.\n\n{body}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            name: "Bexley".into(),
            node: "first".into(),
            listen: vec![LISTEN.into()],
            announce: Vec::new(),
            log: LogLevel::default(),
            guard: DiskReserve::default(),
        }
    }

    #[test]
    fn settings_come_back_from_their_text() {
        assert_eq!(toml::from_str::<Settings>(&settings().to_text().unwrap()).unwrap(), settings());
    }

    #[test]
    fn a_mistyped_setting_is_refused() {
        let text = settings().to_text().unwrap().replace("reserve_mib", "reserve_mb");
        assert!(toml::from_str::<Settings>(&text).is_err());
    }
}
