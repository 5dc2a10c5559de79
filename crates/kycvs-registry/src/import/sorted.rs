use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

use kycvs_store::Key;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};

use super::run::Run;
use crate::wipe::Wiped;

/// All statements of a file, by household and in a household in the order of the file, however large the file is.
///
/// What does not fit into memory lies in temporary files without a name, sealed under a key that is in memory alone: a
/// disk that is lost tells nothing of it.
pub(crate) struct Sorted {
    sources: Vec<Source>,
    /// The first statement of each source.
    heads: BinaryHeap<Reverse<(Key, u64, usize)>>,
}

impl Sorted {
    pub(crate) fn new(spilled: Vec<Spilled>, mut rest: Run) -> io::Result<Self> {
        rest.sort();
        let mut sources: Vec<Source> = spilled
            .into_iter()
            .map(|spilled| Source::Spilled(Box::new(spilled)))
            .chain([Source::Memory(rest)])
            .collect();
        let mut heads = BinaryHeap::with_capacity(sources.len());
        for (number, source) in sources.iter_mut().enumerate() {
            heads.extend(source.head()?.map(|(key, line)| Reverse((key, line, number))));
        }
        Ok(Self { sources, heads })
    }

    /// Fills `batch` with the statements of the next households; none are left when it stays empty.
    pub(crate) fn next(&mut self, households: usize, batch: &mut Run) -> io::Result<()> {
        batch.clear();
        let (mut count, mut last) = (0, None);
        while let Some(Reverse((key, line, number))) = self.heads.peek().copied() {
            if last != Some(key) {
                if count == households {
                    break;
                }
                (count, last) = (count + 1, Some(key));
            }
            self.heads.pop();
            let Some(source) = self.sources.get_mut(number) else { break };
            batch.push_bytes(key, line, source.bytes());
            source.advance();
            self.heads.extend(source.head()?.map(|(key, line)| Reverse((key, line, number))));
        }
        Ok(())
    }
}

/// Statements in their order.
enum Source {
    Memory(Run),
    Spilled(Box<Spilled>),
}

impl Source {
    fn head(&mut self) -> io::Result<Option<(Key, u64)>> {
        let run = match self {
            Self::Memory(run) => run,
            Self::Spilled(spilled) => spilled.filled()?,
        };
        Ok(run.peek().map(|(entry, _)| (entry.key, entry.line)))
    }

    fn bytes(&self) -> &[u8] {
        let run = match self {
            Self::Memory(run) => run,
            Self::Spilled(spilled) => &spilled.block,
        };
        run.peek().map_or(&[], |(_, bytes)| bytes)
    }

    fn advance(&mut self) {
        match self {
            Self::Memory(run) => run.advance(),
            Self::Spilled(spilled) => spilled.block.advance(),
        }
    }
}

/// The key under which one import seals what it puts on a disk.
pub(crate) struct SpillKey(LessSafeKey);

impl SpillKey {
    pub(crate) fn random() -> io::Result<Self> {
        let mut key = [0; 32];
        let filled = SystemRandom::new().fill(&mut key);
        let key = filled.and_then(|()| UnboundKey::new(&AES_256_GCM, &key));
        Ok(Self(LessSafeKey::new(key.map_err(|_| io::Error::other("the system gave no random numbers"))?)))
    }
}

/// A sorted run on a disk, read block by block.
pub(crate) struct Spilled {
    file: BufReader<File>,
    key: SpillKey,
    blocks_read: u64,
    block: Run,
}

/// How much is sealed at once.
const BLOCK: usize = 256 * 1024;

impl Spilled {
    /// Writes a run to a new file in `folder`, in its order.
    pub(crate) fn write(mut run: Run, folder: &Path) -> io::Result<Self> {
        run.sort();
        let key = SpillKey::random()?;
        let mut file = BufWriter::new(tempfile::tempfile_in(folder)?);
        let mut block = Wiped::with_capacity((2 * BLOCK).min(2 * run.bytes()));
        let mut blocks = 0;
        for entry in run.entries() {
            let bytes = run.bytes_of(entry);
            block.extend_from_slice(entry.key.as_bytes());
            block.extend_from_slice(&entry.line.to_be_bytes());
            block.extend_from_slice(&entry.len.to_be_bytes());
            block.extend_from_slice(bytes);
            if block.len() >= BLOCK {
                seal(&key, blocks, &mut block, &mut file)?;
                blocks += 1;
            }
        }
        seal(&key, blocks, &mut block, &mut file)?;
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(Self { file: BufReader::new(file), key, blocks_read: 0, block: Run::default() })
    }

    /// The block, read on when all of it was taken.
    fn filled(&mut self) -> io::Result<&mut Run> {
        if self.block.peek().is_none() {
            self.block.clear();
            self.read_block()?;
        }
        Ok(&mut self.block)
    }

    fn read_block(&mut self) -> io::Result<()> {
        let mut len = [0; 4];
        if self.file.read(&mut len[..1])? == 0 {
            return Ok(());
        }
        self.file.read_exact(&mut len[1..])?;
        let len = usize::try_from(u32::from_be_bytes(len)).unwrap_or(usize::MAX);
        let mut sealed = Wiped::with_capacity(len);
        sealed.resize(len, 0);
        self.file.read_exact(&mut sealed)?;
        let opened = self.key.0.open_in_place(nonce(self.blocks_read), Aad::empty(), &mut sealed);
        let mut rest: &[u8] = opened.map_err(|_| damaged())?;
        self.blocks_read += 1;
        while !rest.is_empty() {
            let (key, after) = rest.split_first_chunk::<16>().ok_or_else(damaged)?;
            let (line, after) = after.split_first_chunk::<8>().ok_or_else(damaged)?;
            let (len, after) = after.split_first_chunk::<4>().ok_or_else(damaged)?;
            let len = usize::try_from(u32::from_be_bytes(*len)).map_err(|_| damaged())?;
            let (bytes, after) = after.split_at_checked(len).ok_or_else(damaged)?;
            self.block.push_bytes(Key::from(*key), u64::from_be_bytes(*line), bytes);
            rest = after;
        }
        Ok(())
    }
}

fn seal(key: &SpillKey, number: u64, block: &mut Wiped, file: &mut impl Write) -> io::Result<()> {
    if block.is_empty() {
        return Ok(());
    }
    let tag = key.0.seal_in_place_separate_tag(nonce(number), Aad::empty(), block).map_err(|_| damaged())?;
    let len = u32::try_from(block.len() + tag.as_ref().len()).map_err(|_| damaged())?;
    file.write_all(&len.to_be_bytes())?;
    file.write_all(block)?;
    file.write_all(tag.as_ref())?;
    block.clear();
    Ok(())
}

/// Each file has a key of its own, so that the number of a block is nonce enough.
fn nonce(number: u64) -> Nonce {
    let mut nonce = [0; NONCE_LEN];
    let (_, place) = nonce.split_at_mut(NONCE_LEN - 8);
    place.copy_from_slice(&number.to_be_bytes());
    Nonce::assume_unique_for_key(nonce)
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a temporary file is not as it was written")
}
