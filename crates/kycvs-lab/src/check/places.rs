use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A line and a column, both from 1.
type Place = (usize, usize);

/// Where the parts of a policy are in its file. A part that the file does not have, such as a series of the policy that it
/// extends, has the place of what would hold it.
#[derive(Default)]
pub(super) struct Places {
    needs: Vec<Part>,
}

/// A need, a series, a dose or a rule, and the parts in it.
#[derive(Default)]
struct Part {
    place: Place,
    parts: Vec<Part>,
}

impl Places {
    /// Reads the places of a file that is a policy. A policy without `[[need]]` has one.
    pub(super) fn of(file: &str) -> Self {
        let Ok(document) = DeTable::parse(file) else { return Self::default() };
        let top = document.get_ref();
        let needs = match top.get("need") {
            Some(needs) => items(needs).iter().map(|need| Part::need(file, place(file, need), table(need))).collect(),
            None => vec![Part::need(file, START, Some(top))],
        };
        Self { needs }
    }

    pub(super) fn file(&self) -> Place {
        START
    }

    pub(super) fn series(&self, [need, series]: [usize; 2]) -> Place {
        self.find(&[need, series])
    }

    pub(super) fn dose(&self, [need, series]: [usize; 2], dose: usize) -> Place {
        self.find(&[need, series, dose])
    }

    pub(super) fn rule(&self, [need, series]: [usize; 2], dose: usize, rule: usize) -> Place {
        self.find(&[need, series, dose, rule])
    }

    fn find(&self, path: &[usize]) -> Place {
        let (mut place, mut parts) = (START, &self.needs);
        for at in path {
            let Some(part) = parts.get(*at) else { break };
            (place, parts) = (part.place, &part.parts);
        }
        place
    }
}

const START: Place = (1, 1);

impl Part {
    fn need(file: &str, place: Place, need: Option<&DeTable<'_>>) -> Self {
        let series = need.and_then(|need| need.get("series")).map(items).unwrap_or_default();
        Self { place, parts: series.iter().map(|series| Self::series(file, series)).collect() }
    }

    fn series(file: &str, series: &Spanned<DeValue<'_>>) -> Self {
        let doses = table(series).and_then(|series| series.get("doses")).map(items).unwrap_or_default();
        Self { place: place(file, series), parts: doses.iter().map(|dose| Self::dose(file, dose)).collect() }
    }

    fn dose(file: &str, dose: &Spanned<DeValue<'_>>) -> Self {
        let rule = |rule| Self { place: place(file, rule), parts: Vec::new() };
        Self { place: place(file, dose), parts: items(dose).iter().map(rule).collect() }
    }
}

fn items<'a, 't>(value: &'a Spanned<DeValue<'t>>) -> &'a [Spanned<DeValue<'t>>] {
    match value.get_ref() {
        DeValue::Array(items) => items,
        _ => &[],
    }
}

fn table<'a, 't>(value: &'a Spanned<DeValue<'t>>) -> Option<&'a DeTable<'t>> {
    match value.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

fn place(file: &str, value: &Spanned<DeValue<'_>>) -> Place {
    let before = file.get(..value.span().start).unwrap_or(file);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before.get(line_start..).map_or(0, |line| line.chars().count());
    (before.matches('\n').count() + 1, column + 1)
}
