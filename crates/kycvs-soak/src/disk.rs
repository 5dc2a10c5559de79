use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kycvs_test_servers::Postgres;
use tempfile::TempDir;

use crate::load::Working;
use crate::rig::{Rig, ShortLived};

/// The disk of PostgreSQL is full for a while, under load. When there is room again the server is started again, as an operator
/// would; the hosts are not.
pub(crate) async fn fill(short_lived: ShortLived, clients: u64) -> Result<()> {
    let disk = SmallDisk::mount()?;
    let mut rig = Rig::over(Postgres::start_in(disk.0.path(), &[]), short_lived, 2).await?;
    let working = Working::start(&rig, clients);
    working.until_answered(100).await?;
    let filler = disk.0.path().join("filler");
    working.server_is_down();
    write_until_full(&filler)?;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let answered = working.answers();
    tokio::time::sleep(Duration::from_secs(2)).await;
    ensure!(working.answers() == answered, "consents were acknowledged on a full disk");
    std::fs::remove_file(&filler)?;
    rig.postgres.start_again();
    working.server_is_back();
    working.until_answered(100).await?;
    working.end(&rig, "a disk that was full for 6 s", 0).await?;
    Ok(())
}

fn write_until_full(path: &Path) -> Result<()> {
    let mut file = File::create(path)?;
    while file.write_all(&[0; 4096]).is_ok() {}
    Ok(())
}

/// A file system of 256 MiB in memory.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=256m,mode=755", "tmpfs"]).arg(folder.path());
        ensure!(mount.status().context("mount")?.success(), "a small file system could not be mounted: run as root");
        Ok(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, since the server may have files open still.
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}
