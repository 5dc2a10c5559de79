use chrono::NaiveDate;
use kycvs_domain::{DoseHistory, Policy, VaccinationStatus};

use crate::certificate::judged;

/// Whether a status that was told on the day `told_on`, for the day `as_of`, holds by what is recorded now.
///
/// It was false only if the record of that time, put right, says otherwise. What happened later says nothing of it. And what
/// happened on that very day may have come after the answer: the statement holds if it does with or without that.
pub(super) fn holds(
    status: VaccinationStatus,
    history: &DoseHistory,
    policy: &Policy,
    as_of: NaiveDate,
    told_on: NaiveDate,
) -> bool {
    let until = |last: Option<NaiveDate>, with_undated: bool| {
        let was_there = |day: NaiveDate| last.is_some_and(|last| day <= last);
        let mut history = history.clone();
        history.doses.retain(|dose| was_there(dose.given_on));
        history.immunity.retain(|evidence| evidence.on.map_or(with_undated, was_there));
        judged(&history, policy, as_of).0 == status
    };
    [Some(told_on), told_on.pred_opt()].into_iter().any(|last| until(last, true) || until(last, false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use VaccinationStatus::{FullyVaccinated, NotVaccinated, PartiallyVaccinated};
    use kycvs_domain::{Dose, Product};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Told on 2021-12-01 for that day, by what is recorded afterwards.
    fn still(status: VaccinationStatus, doses: &[&str]) -> bool {
        told("2021-12-01", status, doses)
    }

    fn told(as_of: &str, status: VaccinationStatus, doses: &[&str]) -> bool {
        let dose = |date: &&str| Dose::new(Product::find("COVISHIELD"), day(date));
        let history = DoseHistory { doses: doses.iter().map(dose).collect(), ..DoseHistory::default() };
        holds(status, &history, &Policy::builtin("in-kyc-vs").unwrap(), day(as_of), day("2021-12-01"))
    }

    #[test]
    fn a_statement_is_false_that_the_record_put_right_denies() {
        assert!(still(FullyVaccinated, &["2021-04-03", "2021-07-01"]));
        assert!(!still(FullyVaccinated, &["2021-04-03"]), "a dose was void");
        assert!(!still(PartiallyVaccinated, &["2021-04-03", "2021-07-01"]), "a dose was recorded late");
        assert!(!still(PartiallyVaccinated, &[]));
    }

    #[test]
    fn what_happened_later_makes_no_statement_false() {
        assert!(still(PartiallyVaccinated, &["2021-04-03", "2021-12-02"]));
        assert!(still(NotVaccinated, &["2021-12-02", "2022-03-01"]));
        assert!(
            told("2022-06-01", PartiallyVaccinated, &["2021-04-03", "2022-01-01"]),
            "a statement about a day ahead"
        );
    }

    #[test]
    fn a_dose_of_the_very_day_may_have_come_before_the_answer_or_after() {
        for status in [PartiallyVaccinated, NotVaccinated] {
            assert!(still(status, &["2021-12-01"]), "{status:?}");
        }
        assert!(!still(FullyVaccinated, &["2021-12-01"]));
    }
}
