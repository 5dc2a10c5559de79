use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

/// A script that the server runs as one step, and the hash by which the server knows it once it has seen it.
pub(crate) struct Script {
    code: &'static str,
    hash: String,
}

impl Script {
    fn new(code: &'static str) -> Self {
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, code.as_bytes());
        Self { code, hash: hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect() }
    }

    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    pub(crate) fn hash(&self) -> &str {
        &self.hash
    }
}

/// All scripts. Each file says what its keys, arguments and answers are.
pub(crate) struct Scripts {
    pub(crate) put: Script,
    pub(crate) forget: Script,
    pub(crate) clear: Script,
    pub(crate) take: Script,
    pub(crate) settle: Script,
}

impl Scripts {
    pub(crate) fn new() -> Self {
        Self {
            put: Script::new(include_str!("scripts/put.lua")),
            forget: Script::new(include_str!("scripts/forget.lua")),
            clear: Script::new(include_str!("scripts/clear.lua")),
            take: Script::new(concat!(include_str!("scripts/log.lua"), include_str!("scripts/take.lua"))),
            settle: Script::new(concat!(include_str!("scripts/log.lua"), include_str!("scripts/settle.lua"))),
        }
    }
}
