use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use kycvs::transparency::{
    Checkpoint, MAX_ENTRY_BYTES, Note, Rebuilt, Resource, TILE_WIDTH, TileId, Tiles, VerifierKey, read_bundle,
    right_edge,
};

use crate::bounded::{self, FileError};
use crate::cli;
use crate::ending::Ending;

#[derive(clap::Args)]
#[command(after_help = "\
Example, for a log of 200,192 entries, which are 782 bundles of 256:
  cd mirror && log=https://kycvs.example/log
  curl -fsO $log/checkpoint
  curl -fsZ --create-dirs \\
    -o 'tile/entries/#1' \"$log/tile/entries/[000-781]\" \\
    -o 'tile/0/#1' \"$log/tile/0/[000-781]\"
  curl -fs --create-dirs \\
    -o 'tile/1/#1' \"$log/tile/1/{000,001,002,003.p/14}\" \\
    -o tile/2/000.p/3 $log/tile/2/000.p/3
  kycvs audit tree --key KEY .

It needs every tile and every bundle of entries that was not erased. A bundle never changes: fetch it once.

Exit status: 0 the tree matches its checkpoint, 1 it does not, 2 a file cannot be read.")]
pub(crate) struct Tree {
    /// The log's key, as `kycvs audit key` prints it
    #[arg(long)]
    key: String,
    /// A folder of the log's files, under the paths that they are served at
    #[arg(value_name = "DIR", value_parser = cli::path())]
    folder: PathBuf,
}

/// Makes the tree of a log from its entries, and holds it against the tiles and the root that the log serves.
pub(crate) fn run(options: &Tree) -> Result<Ending> {
    let key = VerifierKey::parse(&options.key).context("--key")?;
    match (Mirror { folder: &options.folder }).check(&key)? {
        Ok(said) => {
            writeln!(io::stdout(), "{said}")?;
            Ok(Ending::Well)
        }
        Err(fault) => {
            writeln!(io::stderr(), "{fault}")?;
            Ok(Ending::WithFaults)
        }
    }
}

/// The longest file of a log: a bundle of the longest entries, each behind its length.
const MAX_BUNDLE_BYTES: u64 = TILE_WIDTH * (MAX_ENTRY_BYTES as u64 + 2);

/// The files of a log.
struct Mirror<'a> {
    folder: &'a Path,
}

impl Mirror<'_> {
    fn read(&self, resource: Resource) -> Result<Option<Vec<u8>>> {
        let path = self.folder.join(resource.to_string());
        match bounded::read(&path, MAX_BUNDLE_BYTES) {
            Err(FileError::Unreadable { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
            read => Ok(Some(read?)),
        }
    }

    /// What was checked, or the first thing that is wrong.
    fn check(&self, key: &VerifierKey) -> Result<Result<String, String>> {
        let note = self.read(Resource::Checkpoint)?.context("there is no checkpoint in the folder")?;
        let note = Note::parse(&String::from_utf8_lossy(&note)).context("the checkpoint")?;
        let checkpoint = Checkpoint::parse(note.text()).context("the checkpoint")?;
        if checkpoint.origin != key.name() || !key.verifies(&note) {
            return Ok(Err("the checkpoint is not signed by this log".to_owned()));
        }
        let bundles = checkpoint.size.div_ceil(TILE_WIDTH);
        let forgotten = self.forgotten(bundles, checkpoint.size)?;
        let mut tree = Rebuilt::after(forgotten * TILE_WIDTH, self.edge(forgotten * TILE_WIDTH, checkpoint.size)?);
        for index in forgotten..bundles {
            let resource = entries(index, checkpoint.size).context("a bundle within the tree")?;
            let Some(bundle) = self.read(resource)? else { return Ok(Err(format!("{resource} is missing"))) };
            let Ok(entries) = read_bundle(&bundle) else { return Ok(Err(format!("{resource} is no bundle"))) };
            let Ok(grown) = tree.take(&entries) else {
                return Ok(Err(format!("the tiles above what is forgotten, before {resource}, are missing")));
            };
            if let Some(fault) = self.compare(&grown, checkpoint.size)? {
                return Ok(Err(fault));
            }
        }
        let is_whole = tree.size() == checkpoint.size && tree.root().is_ok_and(|root| root == checkpoint.root);
        if !is_whole {
            return Ok(Err("the entries make another root than the checkpoint has".to_owned()));
        }
        let forgotten = forgotten * TILE_WIDTH;
        Ok(Ok(format!("{} entries make the signed root; the first {forgotten} are forgotten", checkpoint.size)))
    }

    /// How many of the first bundles are not there. A log forgets days, and the oldest first.
    fn forgotten(&self, bundles: u64, size: u64) -> Result<u64> {
        for index in 0..bundles {
            if let Some(resource) = entries(index, size)
                && self.read(resource)?.is_some()
            {
                return Ok(index);
            }
        }
        Ok(bundles)
    }

    /// The right edge of the tree as it was when it had `size` entries: the beginnings of tiles that have grown since.
    fn edge(&self, size: u64, now: u64) -> Result<Tiles> {
        let mut edge = Tiles::default();
        for id in right_edge(size) {
            let grown = TileId::in_tree(id.level, id.index, now).map(Resource::Tile);
            let tile = grown.map(|tile| self.read(tile)).transpose()?.flatten();
            if let Some(hashes) = tile.as_deref().and_then(|tile| tile.get(..usize::from(id.width) * 32)) {
                edge.insert(id, hashes)?;
            }
        }
        Ok(edge)
    }

    /// The first of the tiles that is served otherwise, if it is one of the tree of `size` entries.
    fn compare(&self, tiles: &Tiles, size: u64) -> Result<Option<String>> {
        for (id, bytes) in tiles.bytes().filter(|(id, _)| TileId::in_tree(id.level, id.index, size) == Some(*id)) {
            let resource = Resource::Tile(id);
            match self.read(resource)? {
                Some(served) if served == bytes => {}
                Some(_) => return Ok(Some(format!("{resource} is not what the entries make"))),
                None => return Ok(Some(format!("{resource} is missing"))),
            }
        }
        Ok(None)
    }
}

/// The bundle over a tile of level 0.
fn entries(index: u64, size: u64) -> Option<Resource> {
    TileId::in_tree(0, index, size).map(|TileId { width, .. }| Resource::Entries { index, width })
}
