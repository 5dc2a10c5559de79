//! Histories and policies as they are asked about.

use chrono::{Days, NaiveDate};
use kycvs::domain::{
    BirthDate, Dose, DoseHistory, Evaluation, Policy, Product, VaccinationStatus, evaluate, status_of,
};
use kycvs_lab::{Diff, DiffReport};

/// What the policies are asked.
pub struct Policies {
    covid_19: (Policy, DoseHistory),
    twelve_needs: (Policy, DoseHistory),
    school: [Policy; 2],
    children: Vec<DoseHistory>,
}

/// The day of each question.
const ON: NaiveDate = match NaiveDate::from_ymd_opt(2026, 11, 28) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
const CHILDREN: u64 = 10_000;
/// A child's vaccines in the United States, as days after birth.
const CHILD: [(&str, u64); 14] = [
    ("cvx:8", 1),
    ("cvx:110", 62),
    ("cvx:133", 62),
    ("cvx:110", 124),
    ("cvx:133", 124),
    ("cvx:110", 186),
    ("cvx:133", 186),
    ("cvx:3", 370),
    ("cvx:21", 370),
    ("cvx:83", 372),
    ("cvx:20", 480),
    ("cvx:83", 600),
    ("cvx:130", 1_500),
    ("cvx:94", 1_505),
];

impl Policies {
    /// A family's COVID-19, an adult with all that India's and the CDC's schedules list, and children before school.
    ///
    /// # Panics
    /// If a policy or product that it takes for granted is gone.
    #[expect(clippy::expect_used, reason = "a benchmark")]
    pub fn new() -> Self {
        let builtin = |id: &str| Policy::builtin(id).expect("built in");
        let dose = |code: &str, given_on| Dose::new(Product::find(code), given_on);
        let day = |days| ON - Days::new(days);
        let two = vec![dose("COVISHIELD", day(2_065)), dose("COVISHIELD", day(1_976))];
        let child = |born: NaiveDate, late: u64| DoseHistory {
            birth: Some(BirthDate::Day(born)),
            doses: CHILD
                .iter()
                .map(|(code, days)| dose(code, born + Days::new(days * (100 + late % 30) / 100)))
                .collect(),
            ..DoseHistory::default()
        };
        let born = day(2_200);
        let mut many = child(born, 0);
        many.doses.extend(child(born, 20).doses);
        many.doses.extend([dose("cvx:141", day(400)), dose("cvx:141", day(40))]);
        let needs =
            ["us-pol", "us-mmr", "us-var", "us-hepa", "us-hepb", "us-hib", "us-pcv", "us-rota", "us-flu", "us-dtap"];
        let needs: String = needs.iter().map(|id| format!("[[need]]\npolicy = \"{id}\"\n")).collect();
        let text = format!("id = \"twelve\"\nversion = 1\n{needs}");
        Self {
            covid_19: (builtin("in-kyc-vs"), DoseHistory { doses: two, ..DoseHistory::default() }),
            twelve_needs: (Policy::from_toml(&text).expect("a policy"), many),
            school: ["us-school-entry-cdc-2025", "us-school-entry-cdc-2026"].map(builtin),
            children: (0..CHILDREN).map(|number| child(day(1_700 + number % 400), number)).collect(),
        }
    }

    /// Two doses, as most people have them.
    pub fn covid_19(&self) -> Evaluation {
        evaluate(&self.covid_19.1, &self.covid_19.0, ON)
    }

    /// The same, as an answer needs it.
    pub fn covid_19_status(&self) -> VaccinationStatus {
        status_of(&self.covid_19.1, &self.covid_19.0, ON)
    }

    /// Twelve needs that decide, of ten policies of the CDC, over thirty doses.
    pub fn twelve_needs(&self) -> Evaluation {
        evaluate(&self.twelve_needs.1, &self.twelve_needs.0, ON)
    }

    /// Who changes when one schedule for school entry takes another's place.
    pub fn diff(&self) -> DiffReport {
        let [before, after] = self.school.clone();
        let mut diff = Diff::new(before, after);
        for (number, child) in self.children.iter().enumerate() {
            diff.add(&number.to_string(), child, ON);
        }
        diff.report()
    }
}

impl Default for Policies {
    fn default() -> Self {
        Self::new()
    }
}
