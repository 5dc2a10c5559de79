use std::path::PathBuf;

use kycvs::domain::Policy;
use serde::Deserialize;

use crate::commands::evaluate::read_file;

/// `[policies]`: rules of the host's own, which purposes may name.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyFiles {
    /// A file each.
    #[serde(default)]
    files: Vec<PathBuf>,
}

/// As many as an issuer could look after.
const MAX_FILES: usize = 256;

impl PolicyFiles {
    /// The policies; and everything that is wrong in each file, with the place that names the file and the line and column in
    /// it.
    pub(super) fn read(&self) -> (Vec<Policy>, Vec<(String, String)>) {
        let (mut policies, mut faults) = (Vec::new(), Vec::new());
        if self.files.len() > MAX_FILES {
            faults.push(("policies.files".to_owned(), format!("there are more than {MAX_FILES}")));
        }
        for (at, file) in self.files.iter().enumerate().take(MAX_FILES) {
            let place = format!("policies.files[{at}]");
            let name = file.display();
            match read_file(file).map(|text| Policy::from_toml(&text)) {
                Ok(Ok(policy)) => policies.push(policy),
                Ok(Err(error)) => {
                    faults.extend(error.faults.iter().map(|fault| (place.clone(), format!("{name}: {fault}"))))
                }
                Err(error) => faults.push((place, crate::ending::words(&error))),
            }
        }
        (policies, faults)
    }
}
