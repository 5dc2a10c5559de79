#![doc = include_str!("../README.md")]

mod adapter;
mod answer;
mod asking;
mod audit;
mod awaited;
mod booking;
mod books;
mod builder;
mod cards;
mod certificate;
mod clock;
mod corrections;
mod decline;
mod directory;
mod ending;
mod entity;
mod error;
mod explanation;
mod group;
mod guard;
mod history;
mod keep;
mod key;
mod key_files;
mod ledger;
mod limits;
mod link_base;
mod linked;
mod lists;
mod log;
mod me;
mod message;
mod otp_domain;
mod outcome;
mod people;
mod receipt;
mod retention;
mod rules;
mod seal;
mod sender;
mod sending;
mod service;
mod state;
#[cfg(feature = "test-util")]
mod test_util;
mod upkeep;
mod vault;
mod withdrawal;

pub use adapter::HostUse;
pub use answer::SubjectKind;
pub use asking::Entity;
pub use awaited::Awaited;
pub use builder::{BuildError, StatusServiceBuilder};
pub use cards::{Card, CardHolder, CardWriter};
pub use certificate::{CertificateReader, CertificateRefusal};
pub use clock::{Clock, SystemClock};
pub use corrections::{AmendError, Amendment, Correction, Corrections};
pub use entity::{RegisteredEntity, RegisteredPurpose};
pub use error::Error;
pub use explanation::NeedAnswer;
pub use group::{GROUP_INTERVAL, GroupState};
pub use history::HistoryEntry;
pub use keep::Kept;
pub use key::{ServiceKey, SystemRandomness};
pub use key_files::{KeyFiles, KeyFilesError};
pub use limits::{EntityLimits, Limits};
pub use link_base::{LinkBase, LinkBaseError};
pub use linked::Linked;
pub use lists::{ListName, ListNameError, RecoverError, Recovered, Trust};
pub use log::{
    Access, LogState, Opening, PublicLog, PublicLogError, Sample, SampleError, SampledLeaf, Witness,
    WitnessUnavailable, leaf_of, padding_of, statement_of_list,
};
pub use me::{MeRequest, PersonSession};
pub use otp_domain::{OtpDomain, OtpDomainError};
pub use outcome::{Answers, Granted, OpenPerson, OpenRequest, PersonAnswer, RequestState, Told};
pub use people::{PeopleError, Person, StatusRequest};
pub use receipt::Receipt;
pub use retention::{Retention, RetentionError};
pub use sender::{OtpMessage, OtpSender, SendError};
pub use service::{Admitted, StatusService};
#[cfg(feature = "test-util")]
pub use test_util::{CollectingSender, ConsoleSender, LastCodes, ManualClock};
pub use withdrawal::{WithdrawalCode, WithdrawalCodeError};

pub use kycvs_consent as consent;
pub use kycvs_domain as domain;
pub use kycvs_log as transparency;
pub use kycvs_registry as registry;
pub use kycvs_store as store;
pub use kycvs_token as token;

/// The example in the workspace's README is a test, too.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
