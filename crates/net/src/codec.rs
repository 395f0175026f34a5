use crate::config::Tap;
use crate::meter::{Meter, Reservation};
use crate::refusal::Refusal;
use futures::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::StreamProtocol;
use libp2p::request_response::Codec;
use std::io;
use std::sync::Arc;
use thiserror::Error;

/// The protocol's name and version on the wire.
pub(crate) const PROTOCOL: StreamProtocol = StreamProtocol::new("/tally/frame/1");

/// A frame that came in may be this much longer than what was read so far before more memory is
/// taken: a peer that promises much and sends little costs little.
const READ_STEP: usize = 16 * 1024;

/// Bytes of a request, with the memory they hold where they came from a peer.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) bytes: Vec<u8>,
    pub(crate) held: Option<Reservation>,
}

/// Reads and writes frames of one peer: four bytes of length, then the bytes.
#[derive(Clone)]
pub(crate) struct FrameCodec {
    meter: Arc<Meter>,
    tap: Option<Tap>,
}

/// Carries a refusal out of the codec through an I/O error.
#[derive(Debug, Error)]
#[error(transparent)]
pub(crate) struct Refused(pub(crate) Refusal);

impl FrameCodec {
    pub(crate) fn new(meter: Arc<Meter>, tap: Option<Tap>) -> Self {
        Self { meter, tap }
    }

    async fn write<T: AsyncWrite + Unpin + Send>(&self, io: &mut T, frame: &[u8]) -> io::Result<()> {
        if let Some(tap) = &self.tap {
            tap(frame)?;
        }
        write_frame(io, frame).await
    }

    fn refuse(&self, why: Refusal) -> io::Error {
        self.meter.tell(why);
        io::Error::other(Refused(why))
    }
}

impl Codec for FrameCodec {
    type Protocol = StreamProtocol;
    type Request = Request;
    type Response = Vec<u8>;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Request>
    where
        T: AsyncRead + Unpin + Send,
    {
        self.meter.begin().map_err(|why| self.refuse(why))?;
        let len = read_length(io).await?;
        // Nothing more is read until the peer's rate and the memory allow it, so a peer that is
        // too fast fills its own window and stops.
        let held = self.meter.admit(len).await.map_err(|why| self.refuse(why))?;
        let bytes = read_body(io, len).await?;
        Ok(Request { bytes, held: Some(held) })
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Vec<u8>>
    where
        T: AsyncRead + Unpin + Send,
    {
        let len = read_length(io).await?;
        let most = self.meter.limits().answer_bytes;
        if len > most {
            return Err(self.refuse(Refusal::AnswerTooLong { most }));
        }
        read_body(io, len).await
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, request: Request) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        self.write(io, &request.bytes).await
    }

    async fn write_response<T>(&mut self, _: &StreamProtocol, io: &mut T, response: Vec<u8>) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        self.meter.charge(response.len());
        self.write(io, &response).await
    }
}

async fn read_length<T: AsyncRead + Unpin + Send>(io: &mut T) -> io::Result<usize> {
    let mut length = [0; 4];
    io.read_exact(&mut length).await?;
    usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)
}

async fn read_body<T: AsyncRead + Unpin + Send>(io: &mut T, len: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(len.min(READ_STEP));
    let mut step = vec![0; len.min(READ_STEP)];
    while bytes.len() < len {
        let most = step.len().min(len - bytes.len());
        let Some(room) = step.get_mut(..most) else {
            break;
        };
        let read = io.read(room).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(room.get(..read).unwrap_or_default());
    }
    Ok(bytes)
}

async fn write_frame<T: AsyncWrite + Unpin + Send>(io: &mut T, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    io.write_all(&length.to_be_bytes()).await?;
    io.write_all(bytes).await?;
    io.flush().await
}

#[cfg(test)]
mod tests {
    use super::{read_body, read_length, write_frame};
    use futures::io::Cursor;

    #[tokio::test]
    async fn a_frame_comes_back_as_it_was_written() {
        let frame = vec![3; 40_000];
        let mut wire = Cursor::new(Vec::new());
        write_frame(&mut wire, &frame).await.expect("written");
        wire.set_position(0);
        let len = read_length(&mut wire).await.expect("length");
        assert_eq!(read_body(&mut wire, len).await.ok(), Some(frame));
    }

    #[tokio::test]
    async fn a_frame_cut_short_is_an_error() {
        let mut wire = Cursor::new(vec![1; 9]);
        assert!(read_body(&mut wire, 10).await.is_err());
    }
}
