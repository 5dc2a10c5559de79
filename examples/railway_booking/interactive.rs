use std::fmt::Display;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use kycvs::consent::CodeProof;
use kycvs::domain::{Mobile, PersonName};
use kycvs::registry::Registry;
use kycvs::{Error, Granted, OpenRequest, Person, SystemClock};
use kycvs_examples::{Data, Ending, status_words};
use kycvs_lab::Lines;

use crate::choose::Cast;
use crate::host::{Booking, Railway};
use crate::share;

/// The longest line that is read from the keyboard.
const MAX_TYPED_BYTES: usize = 1024;

/// Books for whoever sits at the terminal, until no mobile number is given.
pub(crate) async fn book(
    data: &Data,
    registry: Arc<dyn Registry>,
    suggested: Option<&Cast>,
    out: Option<&Path>,
) -> Result<Ending> {
    let railway = Railway::new(data, registry, data.store.clone(), Arc::new(SystemClock))?;
    // A server does this every minute: finished requests are forgotten.
    railway.service.keep().await?;
    let mut keyboard = Keyboard(Lines::new(io::stdin().lock(), MAX_TYPED_BYTES));
    let mut tokens = Vec::new();
    suggested.map_or(Ok(()), suggest)?;
    while let Some((mobile, name)) = keyboard.passenger()? {
        let Some(granted) = book_one(&railway, &mut keyboard, mobile, name).await? else { continue };
        tokens.push(granted.token);
        if let Some(out) = out {
            share::write(out, &railway.keys(), &tokens)?;
            say(&format!("Wrote jwks.json and ticket-{}.jwt to {}.", tokens.len(), out.display()))?;
        }
    }
    Ok(Ending::Well)
}

/// What came of one thing that the passenger did.
enum Step {
    Granted(Granted),
    SentAgain(OpenRequest),
    Declined,
}

/// One booking. What ends it without an answer is shown, and is no error of the program.
async fn book_one<R: BufRead>(
    railway: &Railway,
    keyboard: &mut Keyboard<R>,
    mobile: Mobile,
    name: PersonName,
) -> Result<Option<Granted>> {
    let Booking { pnr, mut open } = match railway.begin(vec![Person::new(mobile, name)]).await {
        Ok(booking) => booking,
        Err(error) => return tell(railway, &error).map(|()| None),
    };
    say(&format!("\n{}\n", open.notice.text.trim_end()))?;
    show_sms(railway)?;
    loop {
        let step = match keyboard.reply()? {
            Reply::Code(code) => confirm(railway, keyboard, &open, code).await?.map(Step::Granted),
            Reply::Resend => railway.service.resend(&railway.id, &open.id).await.map(Step::SentAgain),
            Reply::Decline => railway.service.decline(&railway.id, &open.id).await.map(|()| Step::Declined),
            Reply::Gone => return Ok(None),
        };
        match step {
            Ok(Step::Granted(granted)) => return show_ticket(&pnr, &granted).map(|()| Some(granted)),
            Ok(Step::SentAgain(again)) => {
                open = again;
                show_sms(railway)?;
            }
            Ok(Step::Declined) => return say("You declined. The railway was told nothing.").map(|()| None),
            Err(error) => {
                tell(railway, &error)?;
                if is_over(&error) {
                    return Ok(None);
                }
            }
        }
    }
}

/// Takes the code and, where two people of one name share the phone, the year of birth as well.
async fn confirm<R: BufRead>(
    railway: &Railway,
    keyboard: &mut Keyboard<R>,
    open: &OpenRequest,
    code: CodeProof,
) -> Result<Result<Granted, Error>> {
    let mut entered = open.confirmation(code);
    match railway.confirm(open, &entered).await {
        Err(Error::BirthYearNeeded { .. }) => {
            let year = keyboard.ask("Year of birth: ", str::parse)?;
            entered.birth_years.extend(year.map(|year| (0, year)));
            Ok(railway.confirm(open, &entered).await)
        }
        done => Ok(done),
    }
}

/// Whether a new booking is needed after this refusal.
fn is_over(error: &Error) -> bool {
    matches!(
        error,
        Error::WrongCode { attempts_left: 0 }
            | Error::RequestExpired
            | Error::RequestLocked
            | Error::MobileLocked { .. }
            | Error::AlreadyUsed
            | Error::NoMatchingRecord
            | Error::ConsentWithdrawn
            | Error::NotFound
    )
}

/// Says why there is no answer, and what helps.
fn tell(railway: &Railway, error: &Error) -> Result<()> {
    let hint = match error {
        Error::WrongCode { attempts_left } => format!("attempts left: {attempts_left}"),
        Error::CodeExpired => "`resend` gets you another".to_owned(),
        Error::NoMatchingRecord => "nobody of that name is registered on that number, or more than one".to_owned(),
        _ => match error.retry_at() {
            Some(at) => format!("try again in {} s", (at - railway.clock.now()).num_seconds() + 1),
            None => error.code().to_owned(),
        },
    };
    let what = if is_over(error) { "No ticket" } else { "Not yet" };
    say(&format!("{what}: {error} ({hint})."))
}

/// Who of the sample can be tried.
fn suggest(cast: &Cast) -> Result<()> {
    say("\nThe registry is a sample; nobody in it exists. Try:")?;
    for (passenger, what) in [
        (&cast.fully, "fully vaccinated"),
        (&cast.partially, "partially vaccinated"),
        (&cast.not_vaccinated, "not vaccinated"),
        (&cast.unknown_mobile, "not registered"),
    ] {
        if let Some(passenger) = passenger {
            say(&format!("  {}  {}  ({what})", passenger.mobile.national(), passenger.name))?;
        }
    }
    Ok(())
}

/// The passenger's phone lies beside the terminal.
fn show_sms(railway: &Railway) -> Result<()> {
    match railway.phones.messages().last() {
        Some(sms) => say(&format!("SMS to …{}: {}\n", sms.to.last_four(), *sms.text)),
        None => Ok(()),
    }
}

fn show_ticket(pnr: &str, granted: &Granted) -> Result<()> {
    let Granted { status, expires_at, consent_id, .. } = granted;
    say(&format!(
        "\nTICKET    PNR {pnr}\nStatus    {}, signed, good until {}\nConsent   {consent_id}",
        status_words(*status),
        expires_at.format("%Y-%m-%d %H:%M UTC"),
    ))
}

fn say(text: &str) -> Result<()> {
    Ok(writeln!(io::stdout(), "{text}")?)
}

/// What the passenger does when asked for the code.
enum Reply {
    Code(CodeProof),
    Resend,
    Decline,
    /// The terminal was closed, or Ctrl-D typed.
    Gone,
}

struct Keyboard<R>(Lines<R>);

impl<R: BufRead> Keyboard<R> {
    /// Asks who travels; `None` when nobody does.
    fn passenger(&mut self) -> Result<Option<(Mobile, PersonName)>> {
        say("")?;
        let unless_empty = |typed: &str| if typed.is_empty() { Ok(None) } else { Mobile::parse(typed).map(Some) };
        let Some(Some(mobile)) = self.ask("Mobile number (empty to end): ", unless_empty)? else { return Ok(None) };
        Ok(self.ask("Name: ", PersonName::parse)?.map(|name| (mobile, name)))
    }

    fn reply(&mut self) -> Result<Reply> {
        let read = |typed: &str| match typed {
            "resend" => Ok(Reply::Resend),
            "decline" => Ok(Reply::Decline),
            code => CodeProof::from_typed(code).map(Reply::Code).map_err(|_| "type the digits of the SMS"),
        };
        Ok(self.ask("Code (or `resend`, or `decline`): ", read)?.unwrap_or(Reply::Gone))
    }

    /// Asks until the answer can be read; `None` when the terminal gives no more.
    fn ask<T, E: Display>(&mut self, question: &str, read: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>> {
        loop {
            write!(io::stdout(), "{question}")?;
            io::stdout().flush()?;
            let Some(typed) = self.0.next_line()? else { return say("").map(|()| None) };
            match read(String::from_utf8_lossy(typed).trim()) {
                Ok(answer) => return Ok(Some(answer)),
                Err(error) => say(&format!("Please again: {error}."))?,
            }
        }
    }
}
