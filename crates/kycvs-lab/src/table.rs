use std::fmt::Write;

use chrono::NaiveDate;
use kycvs_domain::{
    Policy,
    rules::{Allowed, Apart, Enough, Immune, IntervalFrom, Need, Period, Place, ProductSet, Rule, Series},
};

use crate::words;

/// The rules of a policy as Markdown: a document that a doctor reads, compares with the source and signs.
///
/// It says everything that decides, with whatever the file leaves out filled in; what it does not say, the policy does not
/// ask.
pub fn table(policy: &Policy) -> String {
    let mut page = Page::default();
    page.policy(policy);
    page.text
}

/// The document, and the lists of products that its tables name by number.
#[derive(Default)]
struct Page {
    text: String,
    lists: Vec<ProductSet>,
}

impl Page {
    fn policy(&mut self, policy: &Policy) {
        let title = if policy.title().is_empty() { policy.id() } else { policy.title() };
        self.line(&format!("# {}\n", plain(title)));
        self.line(&format!("Policy `{}`.", policy.reference()));
        if !policy.source().is_empty() {
            self.line(&format!("Source: {}.", plain(policy.source().trim_end_matches('.'))));
        }
        let days = [("Compared with it on", policy.checked_on()), ("To be reviewed by", policy.review_by())];
        for (words, day) in days.into_iter().filter_map(|(words, day)| Some((words, day?))) {
            self.line(&format!("{words} {day}."));
        }
        self.line("\nA person is fully vaccinated when each of the needs below that decides is met. A need is met by any one of its series.");
        policy.needs().iter().for_each(|need| self.need(need));
        self.line("\n## Lists of vaccines\n");
        for (number, products) in self.lists.clone().iter().enumerate() {
            self.line(&format!("{}. {}", number + 1, words::products(products)));
        }
        self.line("\n---\n\nRead, compared with the source and found right:\n");
        self.line("| name | qualification | day | signature |\n|---|---|---|---|\n| | | | |");
    }

    fn need(&mut self, need: &Need) {
        self.line(&format!("\n## {}", plain(need.name.english())));
        if !need.required {
            self.line("\nThis need does not decide: it is answered beside those that do.");
        }
        if !need.immune.is_empty() {
            let immune: Vec<_> = need.immune.iter().map(|immune: &Immune| words::immune(immune)).collect();
            self.line(&format!("\nMet without a dose: {}.", immune.join("; ")));
        }
        need.series.iter().for_each(|series| self.series(series));
    }

    fn series(&mut self, series: &Series) {
        self.line(&format!("\n### {}\n", plain(&series.name)));
        self.line("| dose | vaccines | age | since the dose before | further |\n|---|---|---|---|---|");
        for (number, place) in series.places.iter().enumerate() {
            self.place(&(number + 1).to_string(), place);
        }
        if let Some(place) = &series.precaution {
            self.place("after", place);
        }
        let mut notes = vec![match series.interval_from {
            IntervalFrom::Any => {
                "An interval counts from the dose before of any vaccine of the need, valid or not.".into()
            }
            IntervalFrom::Series => {
                "An interval counts from the dose before of a vaccine of the series, valid or not.".into()
            }
            IntervalFrom::Valid => "An interval counts from the valid dose before.".to_owned(),
        }];
        if series.wait != Period::ZERO {
            notes.push(format!("It counts {} after the last dose.", series.wait));
        }
        if let Some(period) = series.valid_for {
            notes.push(format!("It is valid for {period}."));
        }
        if series.recurring {
            notes.push("Its last dose is given again and again, so that it is never complete.".into());
        }
        if series.accepts_final_dose {
            notes.push("A dose that the record calls the last of its series completes it.".into());
        }
        self.line(&format!("\n{}", notes.join(" ")));
    }

    fn place(&mut self, dose: &str, place: &Place) {
        for (number, rule) in place.rules.iter().enumerate() {
            let dose = if number == 0 { dose.to_owned() } else { format!("or {dose}") };
            let row = [
                dose,
                self.vaccines(rule),
                ages(rule.minimum_age, rule.below_age),
                since_before(rule),
                self.further(rule, Some(place).filter(|_| number == 0)),
            ];
            self.line(&format!("| {} |", row.join(" | ")));
        }
    }

    fn vaccines(&mut self, rule: &Rule) -> String {
        let lists: Vec<_> = rule.products.iter().map(|allowed| self.allowed(allowed)).collect();
        lists.join("; ")
    }

    fn allowed(&mut self, allowed: &Allowed) -> String {
        let mut text = self.list(&allowed.products);
        let conditions = [ages(allowed.minimum_age, allowed.below_age), dates(allowed.from, allowed.until)];
        for condition in conditions.iter().filter(|text| *text != "any" && !text.is_empty()) {
            let _ = write!(text, ", {condition}");
        }
        text
    }

    fn further(&mut self, rule: &Rule, place: Option<&Place>) -> String {
        let mut notes: Vec<String> = Vec::new();
        notes.extend(Some(dates(rule.from, rule.until)).filter(|text| !text.is_empty()));
        notes.extend(rule.since_dose.iter().map(|(place, period)| format!("{period} since dose {}", place + 1)));
        notes.extend(rule.not_within.iter().map(|apart| self.apart(apart)));
        notes.extend(place.and_then(|place| place.skip_from_age).map(|(age, early)| {
            let early = if early == 0 { String::new() } else { format!(", nor {} before it", days(early)) };
            format!("not needed from {age} on{early}")
        }));
        notes.extend(place.iter().flat_map(|place| &place.skip_after).map(enough));
        notes.extend((rule.grace > 0).then(|| format!("grace {}", days(rule.grace))));
        notes.join("; ")
    }

    fn apart(&mut self, apart: &Apart) -> String {
        let mut text = format!("not within {} of {}", apart.within, self.list(&apart.products));
        if !apart.given.is_empty() {
            let _ = write!(text, ", if it is of {}", self.list(&apart.given));
        }
        if let Some(period) = apart.after_valid {
            let _ = write!(text, " ({period} after one that counts here)");
        }
        text
    }

    /// One or two products by name; more by the number of their list.
    fn list(&mut self, products: &ProductSet) -> String {
        if products.iter().count() <= 2 {
            return words::products(products);
        }
        let place = self.lists.iter().position(|list| list == products).unwrap_or_else(|| {
            self.lists.push(*products);
            self.lists.len() - 1
        });
        format!("list {}", place + 1)
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}

fn ages(minimum: Option<Period>, below: Option<Period>) -> String {
    match (minimum, below) {
        (Some(minimum), Some(below)) => format!("{minimum} to below {below}"),
        (Some(minimum), None) => format!("from {minimum}"),
        (None, Some(below)) => format!("below {below}"),
        (None, None) => "any".into(),
    }
}

fn enough(enough: &Enough) -> String {
    let doses = if enough.doses == 1 { "1 valid dose".to_owned() } else { format!("{} valid doses", enough.doses) };
    let age = enough.from_age.map(|age| format!(" given at {age} or later")).unwrap_or_default();
    format!("not needed after {doses}{age}")
}

fn since_before(rule: &Rule) -> String {
    match (rule.minimum_interval, rule.recommended_interval) {
        (Some(minimum), Some(recommended)) if recommended > minimum => {
            format!("at least {minimum}; recommended {recommended}")
        }
        (Some(minimum), _) => format!("at least {minimum}"),
        (None, Some(recommended)) => format!("recommended {recommended}"),
        (None, None) => "any later day".into(),
    }
}

fn dates(from: NaiveDate, until: NaiveDate) -> String {
    match (from > NaiveDate::MIN, until < NaiveDate::MAX) {
        (true, true) => format!("given from {from} to {until}"),
        (true, false) => format!("given from {from}"),
        (false, true) => format!("given until {until}"),
        (false, false) => String::new(),
    }
}

fn days(days: u16) -> String {
    format!("{days} day{}", if days == 1 { "" } else { "s" })
}

/// A text that does not end a cell of the table, nor begin anything of Markdown in it.
fn plain(text: &str) -> String {
    let special = |c: char| matches!(c, '|' | '*' | '_' | '`' | '<' | '[' | '\\');
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}
