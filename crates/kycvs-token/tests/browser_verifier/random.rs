//! Changes that are the same in each run.

use crate::support::presented;

/// A generator whose changes are the same in each run (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(end).unwrap()).unwrap()
    }

    /// A token with up to three disclosures that belong to it, some of them changed before they were hashed, some after.
    pub(crate) fn presentation(&mut self, pieces: &[&str]) -> String {
        let texts = [r#"["salt","name","Asha Rao"]"#, r#"["salt","birthdate","1986"]"#, r#"["salt","new",1.5]"#];
        let claims = ["name", "birthdate", "_sd", "...", "aud", "[", "]", "\""];
        let pieces: Vec<&str> = pieces.iter().copied().chain(claims).collect();
        let mut disclosures = Vec::new();
        for _ in 0..=self.below(2) {
            let text = texts[self.below(3)];
            disclosures.push(if self.below(3) == 0 { self.change(text, &pieces) } else { text.to_owned() });
        }
        let presented = presented(&disclosures);
        if self.below(3) == 0 { self.change(&presented, &["~", "a", ".", "=", "é"]) } else { presented }
    }

    /// Replaces, removes, doubles or adds up to three times something somewhere.
    pub(crate) fn change(&mut self, text: &str, pieces: &[&str]) -> String {
        let mut characters: Vec<char> = text.chars().collect();
        for _ in 0..=self.below(3) {
            let at = self.below(characters.len());
            let end = characters.len().min(at + 1 + self.below(8));
            let piece: Vec<char> = match self.below(4) {
                0 => Vec::new(),
                1 => characters[at..end].repeat(2),
                _ => pieces[self.below(pieces.len())].chars().collect(),
            };
            let end = if self.below(2) == 0 { at } else { end };
            characters.splice(at..end, piece);
        }
        characters.into_iter().collect()
    }
}
