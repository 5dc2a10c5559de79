use std::io::{self, Write};

use anyhow::{Context, Result, ensure};
use kycvs::domain::PersonName;
use kycvs::{GroupState, Person};

use crate::choose::Passenger;
use crate::host::Railway;

/// Books for six people on two phones: one call, two messages, and one signed answer over six tokens.
pub(crate) async fn book(railway: &Railway, family: &[Passenger]) -> Result<()> {
    if family.len() < 6 {
        return Ok(writeln!(
            io::stdout(),
            "\nA family of six is not shown: the registry has no two mobiles with three people."
        )?);
    }
    let person = |passenger: &Passenger| Ok(Person::new(passenger.mobile, PersonName::parse(&passenger.name)?));
    let before = railway.phones.messages().len();
    let booking = railway.begin(family.iter().map(person).collect::<Result<_>>()?).await?;
    let messages = railway.phones.messages().split_off(before);
    writeln!(io::stdout(), "\nA family of six on two phones, PNR {}: {} messages.", booking.pnr, messages.len())?;

    for message in &messages {
        // The first code is entered where the booking is made, the other one behind the link in its message.
        let (where_to, open) = match &message.link {
            None => ("here", booking.open.clone()),
            Some(link) => ("behind its link", railway.behind(link).await?),
        };
        railway.service.confirm(&railway.id, &open.id, &open.confirmation(message.code.proof())).await?;
        let GroupState { people, .. } = railway.service.group(&railway.id, &booking.open.id).await?;
        let told = people.iter().flatten().count();
        let phone = message.to.last_four();
        writeln!(io::stdout(), "  …{phone} enters its code {where_to}: {told} of {} answered", people.len())?;
    }
    let group = railway.service.group(&railway.id, &booking.open.id).await?;
    // What the gate does later, without this service: one statement, and each token that it lists.
    let verifier = railway.verifier();
    let answer = group.answer.as_ref().context("nobody answered")?;
    let claims = verifier.verify_group(answer, railway.id.as_str(), railway.clock.now())?;
    for granted in group.granted() {
        let status = verifier.verify(&granted.token, railway.id.as_str(), railway.clock.now())?;
        ensure!(claims.includes(status.claims()), "a token is not of this booking");
    }
    let (asked, answered, declined) = (claims.asked, claims.tokens.len(), claims.declined);
    writeln!(io::stdout(), "  one signed answer: {asked} asked, {answered} answered, {declined} declined")?;
    Ok(())
}
