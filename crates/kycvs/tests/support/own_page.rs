//! People who open their own page.

use kycvs::consent::{CodeProof, Language};
use kycvs::domain::PersonName;
use kycvs::{Error, Granted, HistoryEntry, MeRequest, OpenRequest, PersonSession};

use super::{Host, mobile};

impl Host {
    pub async fn open_me(&self, number: &str, name: &str) -> OpenRequest {
        let name = PersonName::parse(name).unwrap();
        self.service
            .open_me(MeRequest { mobile: mobile(number), name, language: Language::English, network: None })
            .await
            .unwrap()
    }

    pub async fn enter_me(&self, open: &OpenRequest, code: &str, year: Option<&str>) -> Result<PersonSession, Error> {
        let entered = open.confirmation(CodeProof::from_typed(code).unwrap());
        let entered = match year {
            Some(year) => entered.born(0, year.parse().unwrap()),
            None => entered,
        };
        self.service.confirm_me(&open.id, &entered, None).await
    }

    pub async fn me(&self, number: &str, name: &str) -> PersonSession {
        let open = self.open_me(number, name).await;
        self.enter_me(&open, &self.code(number), None).await.unwrap()
    }

    pub async fn seen(&self, number: &str, name: &str) -> Vec<HistoryEntry> {
        let session = self.me(number, name).await;
        self.service.history(&session).await.unwrap()
    }

    pub async fn answer(&self, number: &str, name: &str) -> Result<Granted, Error> {
        let open = self.open(number, name).await;
        self.enter(&open, &self.code(number)).await
    }
}
