use std::io;
use thiserror::Error;

/// Says why the network could not be started; what to do about it is the caller's to say.
#[derive(Debug, Error)]
pub enum StartError {
    /// Another program listens at this address.
    #[error("{address} is taken by another program")]
    PortTaken {
        /// The address as configured.
        address: String,
    },
    /// The text is not a multiaddress.
    #[error("{address:?} is not an address such as /ip4/0.0.0.0/tcp/443")]
    BadAddress {
        /// The address as configured.
        address: String,
    },
    /// The address names a transport this node does not use, such as QUIC where that is off.
    #[error("{address} names a transport that is not in use")]
    NotSupported {
        /// The address as configured.
        address: String,
    },
    /// The system does not let this process listen there, as with ports below 1024.
    #[error("listening at {address} is not permitted")]
    NotPermitted {
        /// The address as configured.
        address: String,
    },
    /// This machine has no such address.
    #[error("this machine has no address {address}")]
    NotHere {
        /// The address as configured.
        address: String,
    },
    /// The system refused for another reason.
    #[error("could not listen at {address}")]
    Listen {
        /// The address as configured.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// The address was taken, but the system never said where it listens.
    #[error("{address} did not begin to listen in time")]
    NotReady {
        /// The address as configured.
        address: String,
    },
    /// The encryption of the transport could not be set up.
    #[error("could not set up the encryption of connections")]
    Encryption,
}
