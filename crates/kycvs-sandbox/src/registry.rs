use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use kycvs::registry::{ImportEvent, ImportOptions, ImportSummary, RegistryCsv, RegistryKey, SealedRegistry};
use kycvs_memory::MemoryStore;
use kycvs_sample::SampleRegistry;

use crate::options::Options;
use crate::people::today_in_india;

/// How many bad rows are named.
const NAMED_ROWS: u64 = 20;

/// The people of this sandbox, in memory: those of a file, or of the sample.
pub(crate) async fn fill(options: &Options) -> Result<Arc<SealedRegistry>> {
    let registry = SealedRegistry::open(&RegistryKey::generate()?, Arc::new(MemoryStore::new())).await?;
    let (name, csv) = match (&options.registry, options.sample()) {
        (Some(path), _) => (path.display().to_string(), File::open(path)),
        (None, Some(sample)) => ("the sample".to_owned(), sample_file(&sample)),
        (None, None) => return Ok(Arc::new(registry)),
    };
    let csv = csv.with_context(|| format!("cannot open {name}"))?;
    let summary = import(&registry, &name, csv).await.with_context(|| format!("cannot import {name}"))?;
    let ImportSummary { rows, bad_rows, people_added, doses_added, .. } = summary;
    writeln!(io::stdout(), "Registry: {rows} rows, {people_added} people, {doses_added} doses, {bad_rows} rows bad.")?;
    if rows > 0 && rows == bad_rows {
        bail!("no row of {name} could be imported");
    }
    Ok(Arc::new(registry))
}

async fn import(registry: &SealedRegistry, name: &str, csv: impl Read + Send) -> Result<ImportSummary> {
    let mut named = 0;
    let mut on_event = |event| {
        if let ImportEvent::BadRow { line, reason } = event
            && named < NAMED_ROWS
        {
            named += 1;
            // A reader that went away does not stop the import.
            let _ = writeln!(io::stdout(), "{name}:{line}: not imported: {reason}");
        }
    };
    let options = ImportOptions::new(today_in_india());
    Ok(registry.import_csv(RegistryCsv::open(csv)?, &options, &mut on_event).await?)
}

/// The sample as a file without a name, as a real registry would come.
fn sample_file(sample: &SampleRegistry) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    sample.write_csv(io::BufWriter::new(&mut file))?;
    file.rewind()?;
    Ok(file)
}
