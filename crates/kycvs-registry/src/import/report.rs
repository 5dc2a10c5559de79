use std::fmt;

use kycvs_domain::Mobile;
use serde::Serialize;

use super::error::RowError;
use crate::BeneficiaryId;

/// What an import tells while it runs. It names lines of the file, and quotes none; as JSON it is one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ImportEvent {
    /// A row was not imported. What a row means is clear only when all rows of its household are together, so that not all
    /// of these come in the order of the file.
    BadRow {
        /// The line in the file, from 1.
        line: u64,
        /// Why.
        #[serde(serialize_with = "word_of")]
        reason: RowError,
    },
    /// Something that was in the registry is another now, or no longer there.
    Changed {
        /// The line in the file, from 1; the first of the person where the file says it by leaving something out.
        line: u64,
        /// What.
        change: Change,
    },
    /// A row had no effect.
    Ignored {
        /// The line in the file, from 1.
        line: u64,
        /// Why.
        why: Ignored,
    },
    /// Two records may never be answered for as they are.
    Doubtful {
        /// The first line of one, from 1.
        line: u64,
        /// The first line of the other; none where only the registry has it.
        other_line: Option<u64>,
        /// What is doubtful.
        doubt: Doubt,
    },
    /// A dose or a birth date that was in the registry is another now, an earlier dose came, or somebody is erased: an answer that
    /// was given may be wrong. [`OnCorrection`](crate::OnCorrection) tells those who must know in time.
    Corrected {
        /// Whose.
        #[serde(skip)]
        mobile: Mobile,
        /// Who is erased there.
        #[serde(skip)]
        erased: Vec<BeneficiaryId>,
    },
    /// How far the import is: told at each write, and now and then while reading.
    Progress(ImportSummary),
}

impl ImportEvent {
    /// The line that it is about, if it is about one.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::BadRow { line, .. }
            | Self::Changed { line, .. }
            | Self::Ignored { line, .. }
            | Self::Doubtful { line, .. } => Some(*line),
            Self::Corrected { .. } | Self::Progress(_) => None,
        }
    }
}

/// In words for an operator, without the line.
impl fmt::Display for ImportEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadRow { reason, .. } => write!(f, "not imported: {reason}"),
            Self::Changed { change, .. } => f.write_str(match change {
                Change::PersonCorrected => "name or birth date corrected",
                Change::PersonRemoved => "person removed",
                Change::PersonMoved => "person moved to another mobile",
                Change::IdsMerged => "two ids merged",
                Change::DoseCorrected => "dose corrected",
                Change::DoseVoided => "dose voided",
                Change::DoseTakenAway => "a dose taken away that the file does not have",
            }),
            Self::Ignored { why, .. } => f.write_str(match why {
                Ignored::Repeated => "ignored: an earlier row says the same",
                Ignored::Superseded => "ignored: a later row says otherwise",
                Ignored::AlreadyDone => "ignored: there was nothing to do",
                Ignored::Incomplete => "ignored: another row of this person is bad, so that they stay as they were",
                Ignored::SameDay => "ignored: a dose of that day is kept already",
            }),
            Self::Doubtful { other_line, doubt, .. } => {
                match other_line {
                    Some(other) => write!(f, "line {other} ")?,
                    None => f.write_str("the registry ")?,
                }
                f.write_str(match doubt {
                    Doubt::OnePersonTwice => {
                        "has this name and birth date under another id: no request about them is answered until the two ids are merged"
                    }
                    Doubt::OneIdOnTwoMobiles => {
                        "has this id on another mobile: move the person, or remove one of the two"
                    }
                    Doubt::NotToldApart => {
                        "has a name that is not distinguished from this one: no request about them is answered until a birth date differs"
                    }
                })
            }
            Self::Corrected { .. } => f.write_str("doses corrected on a mobile"),
            Self::Progress(summary) => write!(f, "{} rows of {} done", summary.rows_done, summary.rows),
        }
    }
}

/// What became another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Change {
    /// The name or birth date of a person.
    PersonCorrected,
    /// Nothing is kept of a person any more.
    PersonRemoved,
    /// A person has another mobile.
    PersonMoved,
    /// Two ids are one person.
    IdsMerged,
    /// The product, number or batch of a dose.
    DoseCorrected,
    /// A dose was not given, the file says.
    DoseVoided,
    /// A dose is not in the file, which is a snapshot.
    DoseTakenAway,
}

/// Why a row had no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Ignored {
    /// An earlier row says the same.
    Repeated,
    /// A later row says otherwise.
    Superseded,
    /// The registry has no such dose or person, or has merged them already.
    AlreadyDone,
    /// Another row of the person is bad, so that the file is no snapshot of them: all of them stays as it was.
    Incomplete,
    /// A dose of that day is kept of the other of two ids that were merged.
    SameDay,
}

/// What is doubtful of two people on one mobile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Doubt {
    /// One name and one day of birth under two ids: very likely one person. Until their ids are merged, by the action
    /// `merge`, no request about them is answered.
    OnePersonTwice,
    /// One id on two mobiles. Both are imported: a register that gave a person another number leaves their doses on both until
    /// the action `move` or `remove`.
    OneIdOnTwoMobiles,
    /// Their names do not tell them apart, nor their years of birth. Until one of them is completed or removed, no
    /// request by such a name is answered.
    NotToldApart,
}

/// What an import did. Events say the same line by line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ImportSummary {
    /// Bytes read, the header's too.
    pub bytes: u64,
    /// Rows read, bad ones too; not the header and not empty rows.
    pub rows: u64,
    /// Of these rows, how many are stored, or were found unchanged, or were reported.
    pub rows_done: u64,
    /// How many bad rows were reported.
    pub bad_rows: u64,
    /// How many rows had no effect.
    pub rows_ignored: u64,
    /// Households written.
    pub households_written: u64,
    /// People who were not in the registry.
    pub people_added: u64,
    /// [`Change::PersonCorrected`].
    pub people_corrected: u64,
    /// [`Change::PersonRemoved`].
    pub people_removed: u64,
    /// [`Change::PersonMoved`].
    pub people_moved: u64,
    /// [`Change::IdsMerged`].
    pub ids_merged: u64,
    /// Doses that were not in the registry.
    pub doses_added: u64,
    /// [`Change::DoseCorrected`].
    pub doses_corrected: u64,
    /// [`Change::DoseVoided`].
    pub doses_voided: u64,
    /// [`Change::DoseTakenAway`].
    pub doses_taken_away: u64,
    /// Doses that were in the registry just so.
    pub doses_unchanged: u64,
    /// [`ImportEvent::Doubtful`].
    pub doubtful: u64,
}

impl ImportSummary {
    fn count(&mut self, event: &ImportEvent) {
        let count = match event {
            ImportEvent::BadRow { .. } => &mut self.bad_rows,
            ImportEvent::Ignored { .. } => &mut self.rows_ignored,
            ImportEvent::Doubtful { .. } => &mut self.doubtful,
            ImportEvent::Corrected { .. } | ImportEvent::Progress(_) => return,
            ImportEvent::Changed { change, .. } => match change {
                Change::PersonCorrected => &mut self.people_corrected,
                Change::PersonRemoved => &mut self.people_removed,
                Change::PersonMoved => &mut self.people_moved,
                Change::IdsMerged => &mut self.ids_merged,
                Change::DoseCorrected => &mut self.doses_corrected,
                Change::DoseVoided => &mut self.doses_voided,
                Change::DoseTakenAway => &mut self.doses_taken_away,
            },
        };
        *count += 1;
    }
}

/// What became of the rows of one write, before it is known that the write succeeds.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) events: Vec<ImportEvent>,
    pub(crate) rows: u64,
    pub(crate) households_written: u64,
    pub(crate) people_added: u64,
    pub(crate) doses_added: u64,
    pub(crate) doses_unchanged: u64,
}

impl Outcome {
    pub(crate) fn bad_row(&mut self, line: u64, reason: RowError) {
        self.events.push(ImportEvent::BadRow { line, reason });
    }

    pub(crate) fn ignored(&mut self, line: u64, why: Ignored) {
        self.events.push(ImportEvent::Ignored { line, why });
    }
}

/// What an import reports.
pub(crate) struct Report<'a> {
    pub(crate) summary: ImportSummary,
    pub(crate) on_event: &'a mut (dyn FnMut(ImportEvent) + Send),
}

impl Report<'_> {
    pub(crate) fn tell(&mut self, event: ImportEvent) {
        self.summary.count(&event);
        (self.on_event)(event);
    }

    pub(crate) fn add(&mut self, outcome: Outcome) {
        let Outcome { events, rows, households_written, people_added, doses_added, doses_unchanged } = outcome;
        self.summary.rows_done += rows;
        self.summary.households_written += households_written;
        self.summary.people_added += people_added;
        self.summary.doses_added += doses_added;
        self.summary.doses_unchanged += doses_unchanged;
        events.into_iter().for_each(|event| self.tell(event));
    }

    pub(crate) fn progress(&mut self) {
        self.tell(ImportEvent::Progress(self.summary));
    }
}

fn word_of<S: serde::Serializer>(reason: &RowError, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(reason.code())
}
