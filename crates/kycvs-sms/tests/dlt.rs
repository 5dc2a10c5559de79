//! India's registration of messages.

use crate::support::{Server, entity, label, message, own_page_message, reason, words};
use chrono::TimeDelta;
use kycvs::consent::{Language, Reference};
use kycvs::{LinkBase, OtpDomain, OtpMessage, OtpSender};
use kycvs_sms::{
    ConfigError, Dlt, DltError, DltTemplate, EntityId, Header, HostWords, HttpGateway, Occasion, Tag, TemplateId,
    Variable,
};
use serde_json::{Value, json};

fn template(language: Language, text: &str, variables: &[Variable]) -> Result<DltTemplate, DltError> {
    let id = TemplateId::parse("1107123456789012345").unwrap();
    DltTemplate::new(id, language, text, variables.iter().copied())
}

fn dlt(templates: Vec<DltTemplate>) -> Result<Dlt, DltError> {
    Dlt::new(EntityId::parse("1101234567890123456").unwrap(), Header::parse("KYCVSX").unwrap(), templates)
}

/// Sends through a gateway, and gives what reached it.
async fn sent(dlt: Dlt, message: OtpMessage) -> Result<Value, String> {
    let server = Server::saying("HTTP/1.1 200 OK\r\n\r\n");
    let body = r#"{"to": "{to}", "text": "{text}", "dlt": ["{entity_id}", "{header}", "{template_id}"]}"#;
    let gateway = HttpGateway::post(&server.url()).json(body).dlt(dlt).build().unwrap();
    let outcome = gateway.send(message.clone()).await.map_err(|error| reason(&error, &message));
    match (outcome, server.requests().as_slice()) {
        (Ok(()), [request]) => Ok(serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()),
        (Err(reason), []) => Err(reason),
        (outcome, requests) => panic!("{outcome:?} with {} requests", requests.len()),
    }
}

#[tokio::test]
async fn what_is_sent_is_the_registered_text_filled_in() {
    let text = "{#var#} is your code.  {#var#} asks {#var#} {to} {code}.\r\nValid {#var#}.\n\n@{#var#} #{#var#}";
    let variables =
        [Variable::Code, Variable::Entity, Variable::Purpose, Variable::Validity, Variable::Domain, Variable::Code];
    let message = OtpMessage { entity: label("{#var#} {text}"), ..message(Language::English).await };
    let dlt = dlt(vec![template(Language::English, text, &variables).unwrap()]).unwrap();
    let code = message.code.secret().to_owned();
    let want = format!(
        "{code} is your code.  {{#var#}} {{text}} asks to book a railway ticket {{to}} {{code}}.\r\nValid 3 minutes.\n\n\
         @kycvs.example #{code}"
    );
    let want = json!({
        "to": "+919876543210",
        "text": want,
        "dlt": ["1101234567890123456", "KYCVSX", "1107123456789012345"],
    });
    assert_eq!(sent(dlt, message).await.unwrap(), want);
}

#[test]
fn a_template_without_a_place_for_the_code_is_refused() {
    let refused = |text, variables| template(Language::English, text, variables).unwrap_err();
    assert_eq!(refused("Hello {#var#}", &[Variable::Entity]), DltError::NoCode);
    assert_eq!(refused("Hello", &[]), DltError::NoCode);
    assert_eq!(refused("{#var#}", &[]), DltError::Variables { places: 1, named: 0 });
    assert_eq!(refused("Hello", &[Variable::Code]), DltError::Variables { places: 0, named: 1 });
}

#[test]
fn each_place_has_a_tag_and_a_variable_that_it_allows() {
    use Variable::*;
    let of = |text, variables: &[Variable]| template(Language::English, text, variables).map(drop);
    for (text, variables) in [
        ("{#numeric#} for {#alphanumeric#}", [Code, Entity]),
        ("{#NUMBER#} for {#numeric#} minutes", [Code, ValidityMinutes]),
        ("{#alphanumeric#} about {#alphanumeric#}", [Code, Person]),
        ("{#numeric#}, {#url#}", [Code, Domain]),
        ("{#var#}, {#var#}", [Code, Domain]),
    ] {
        assert_eq!(of(text, &variables), Ok(()), "{text}");
    }
    for (text, tag, variable) in [
        ("{#numeric#} {#numeric#}", Tag::Numeric, Entity),
        ("{#numeric#} {#numeric#}", Tag::Numeric, Validity),
        ("{#numeric#} {#alphanumeric#}", Tag::Alphanumeric, Domain),
        ("{#numeric#} {#url#}", Tag::Url, Purpose),
        ("{#numeric#} {#urlott#}", Tag::AppUrl, Domain),
        ("{#numeric#} {#cbn#}", Tag::CallbackNumber, Entity),
        ("{#numeric#} {#email#}", Tag::Email, Entity),
    ] {
        assert_eq!(of(text, &[Code, variable]), Err(DltError::Tag { variable, tag }), "{text}");
    }
    for (text, word) in [("{#otpcode#}", "otpcode"), ("{##}", ""), ("{#var}", "var}"), ("{# var #}", " var ")] {
        assert_eq!(of(text, &[Code]), Err(DltError::UnknownTag(word.into())), "{text}");
    }
}

#[test]
fn a_configured_name_holds_only_what_its_tag_allows() {
    let dlt = dlt(vec![
        template(Language::English, "{#numeric#} {#alphanumeric#}", &[Variable::Code, Variable::Entity]).unwrap(),
    ])
    .unwrap();
    for fits in ["Indian Railways", "भारतीय रेल", "இந்திய ரயில்வே", &"x".repeat(40)]
    {
        assert_eq!(dlt.check_entity(&entity(fits)), Ok(()), "{fits}");
    }
    for (name, character) in [("Air-India", '-'), ("Rail & Co", '&'), ("I.R.C.T.C", '.')] {
        let refused = DltError::Character { variable: Variable::Entity, tag: Tag::Alphanumeric, character };
        assert_eq!(dlt.check_entity(&entity(name)), Err(refused), "{name}");
    }
    let refused = DltError::TooLong { variable: Variable::Entity, max: 40 };
    assert_eq!(dlt.check_entity(&entity(&"x".repeat(41))), Err(refused));
}

#[tokio::test]
async fn what_a_tag_refuses_in_a_person_s_name_is_left_out() {
    let text = "{#numeric#} {#alphanumeric#}";
    let template = template(Language::English, text, &[Variable::Code, Variable::Person]).unwrap();
    let message = OtpMessage { person: "Maria D'Souza, Jr.".to_owned().into(), ..message(Language::English).await };
    let code = message.code.secret().to_owned();
    let got = sent(dlt(vec![template]).unwrap(), message).await.unwrap();
    assert_eq!(got["text"], format!("{code} Maria DSouza Jr"));
}

#[tokio::test]
async fn a_message_with_a_link_takes_the_template_that_has_a_place_for_it() {
    let plain = template(Language::English, "{#numeric#} here", &[Variable::Code]).unwrap();
    let linked = template(Language::English, "{#numeric#} at {#url#}", &[Variable::Code, Variable::Link]).unwrap();
    let message = message(Language::English).await;
    let code = message.code.secret().to_owned();
    let link = "https://k.example/l/AAAAAAAAAAAAAAAAAAAA";
    let with_link = OtpMessage { link: Some(link.to_owned().into()), ..message.clone() };
    let both = dlt(vec![linked.clone(), plain.clone()]).unwrap();
    assert_eq!(both.missing(Occasion::Link), both.missing(Occasion::Code));
    assert_eq!(both.missing(Occasion::Link).len(), Language::ALL.len() - 1);
    assert_eq!(sent(both.clone(), with_link.clone()).await.unwrap()["text"], format!("{code} at {link}"));
    assert_eq!(sent(both, message.clone()).await.unwrap()["text"], format!("{code} here"));
    // Nobody gets a code without the place to enter it.
    assert!(sent(dlt(vec![plain]).unwrap(), with_link).await.is_err());
    assert!(sent(dlt(vec![linked]).unwrap(), message).await.is_err());
}

#[tokio::test]
async fn the_code_of_a_persons_own_page_has_a_template_of_its_own() {
    let shares = template(Language::English, "{#numeric#} shares", &[Variable::Code]).unwrap();
    let text = "{#numeric#} opens your page at {#alphanumeric#}";
    let opens = template(Language::English, text, &[Variable::Code, Variable::Entity]).unwrap().of_own_page().unwrap();
    let own_page = own_page_message(Language::English).await;
    let code = own_page.code.secret().to_owned();
    let both = dlt(vec![shares.clone(), opens.clone()]).unwrap();
    assert_eq!(
        sent(both.clone(), own_page.clone()).await.unwrap()["text"],
        format!("{code} opens your page at Ministry of Health")
    );
    assert!(sent(both, message(Language::English).await).await.unwrap()["text"].as_str().unwrap().ends_with("shares"));
    // A text that speaks of sharing opens nothing, and the other way round.
    assert!(sent(dlt(vec![shares]).unwrap(), own_page).await.is_err());
    let opens = dlt(vec![opens]).unwrap();
    assert!(sent(opens.clone(), message(Language::English).await).await.is_err());

    // Its name is the issuer's, and no entity's.
    assert_eq!(opens.check_entity(&entity("Air-India")), Ok(()));
    let refused = DltError::Character { variable: Variable::Entity, tag: Tag::Alphanumeric, character: '&' };
    let check = |issuer: &str| opens.check_host(&HostWords { issuer: &label(issuer), ..words() });
    assert_eq!((check("Health & Welfare"), check("Ministry of Health")), (Err(refused), Ok(())));
    let linked = template(Language::English, "{#numeric#} {#url#}", &[Variable::Code, Variable::Link]).unwrap();
    assert_eq!(linked.of_own_page().map(drop), Err(DltError::NoLink));
}

#[test]
fn what_a_host_puts_into_every_message_is_tried_on_its_templates_before_anybody_waits_for_one() {
    use Variable::*;
    let host = words();
    let check = |text, variables: &[Variable], host: &HostWords<'_>| {
        dlt(vec![template(Language::English, text, variables).unwrap()]).unwrap().check_host(host)
    };
    let too_long = |variable, max| Err(DltError::TooLong { variable, max });
    let [short, long] = ["https://k.example/", "https://kycvs.example/l/"].map(|text| LinkBase::parse(text).unwrap());
    let linked = |base| HostWords { links: Some(base), ..host };
    assert_eq!(check("{#numeric#} {#url#}", &[Code, Link], &linked(&short)), Ok(()), "40 characters");
    assert_eq!(check("{#numeric#} {#url#}", &[Code, Link], &linked(&long)), too_long(Link, 40));
    assert_eq!(check("{#numeric#} {#var#}", &[Code, Link], &linked(&short)), too_long(Link, 30));
    assert_eq!(check("{#numeric#} {#url#}", &[Code, Link], &host), Ok(()), "there are no links");

    let domain = OtpDomain::parse(&format!("{}.example", "a".repeat(33))).unwrap();
    assert_eq!(check("@{#url#} #{#numeric#}", &[Domain, Code], &host), Ok(()));
    let far = HostWords { domain: Some(&domain), ..host };
    assert_eq!(check("@{#url#} #{#numeric#}", &[Domain, Code], &far), too_long(Domain, 40));
    let nowhere = HostWords { domain: None, ..host };
    assert_eq!(check("@{#url#} #{#numeric#}", &[Domain, Code], &nowhere), Err(DltError::NoDomain));

    let brief = HostWords { validity: TimeDelta::seconds(50), ..host };
    assert_eq!(check("{#numeric#}: {#numeric#}", &[Code, ValidityMinutes], &brief), Err(DltError::NoWholeMinute));
    assert_eq!(check("{#numeric#}: {#alphanumeric#}", &[Code, Validity], &brief), Ok(()));
}

#[test]
fn there_is_one_template_for_each_language() {
    let of = |language| template(language, "{#var#}", &[Variable::Code]).unwrap();
    assert_eq!(dlt(vec![]).unwrap_err(), DltError::Empty);
    let twice = dlt(vec![of(Language::Hindi), of(Language::Tamil), of(Language::Hindi)]);
    assert_eq!(twice.unwrap_err(), DltError::TwoTemplates(Language::Hindi));
    let dlt = dlt(Language::ALL.iter().copied().map(of).collect()).unwrap();
    assert_eq!(dlt.missing(Occasion::Code), []);
    assert_eq!(dlt.missing(Occasion::OwnPage), Language::ALL);
}

#[tokio::test]
async fn a_variable_holds_30_characters() {
    let text = "{#var#} {#var#}";
    let template = template(Language::English, text, &[Variable::Code, Variable::Entity]).unwrap();
    let dlt = dlt(vec![template]).unwrap();
    let (fits, too_long) = ("भ".repeat(30), "भ".repeat(31));
    assert_eq!(dlt.check_entity(&entity(&fits)), Ok(()));
    let refused = DltError::TooLong { variable: Variable::Entity, max: 30 };
    assert_eq!(dlt.check_entity(&entity(&too_long)), Err(refused));

    let message = message(Language::English).await;
    let named = |name: &str| OtpMessage { entity: label(name), ..message.clone() };
    assert!(sent(dlt.clone(), named(&fits)).await.is_ok());
    assert_eq!(sent(dlt, named(&too_long)).await, Err("Template".to_owned()));
}

#[tokio::test]
async fn a_booking_number_is_named_as_far_as_it_fits_and_nobody_goes_without_a_code_for_it() {
    let template = template(Language::English, "{#var#} for {#var#}", &[Variable::Code, Variable::Reference]).unwrap();
    let dlt = dlt(vec![template]).unwrap();
    let message = message(Language::English).await;
    let code = message.code.secret().to_owned();
    let longest = "7".repeat(64);
    for (named, said) in [(Some("PNR 2345678901"), "PNR 2345678901"), (None, "NA"), (Some(&longest), &longest[..30])] {
        let reference = named.map(|text| Reference::parse(text).unwrap());
        let text = sent(dlt.clone(), OtpMessage { reference, ..message.clone() }).await.unwrap();
        assert!(text.to_string().contains(&format!("{code} for {said}")), "{text}");
    }
}

#[test]
fn a_purpose_that_has_no_place_may_be_long() {
    let template = template(Language::English, "{#var#}", &[Variable::Code]).unwrap();
    let mut entity = entity(&"x".repeat(200));
    entity.purposes[0].purpose.text = label(&"y".repeat(200));
    assert_eq!(dlt(vec![template]).unwrap().check_entity(&entity), Ok(()));
}

#[test]
fn a_name_or_a_purpose_fits_in_every_language_that_it_is_written_in() {
    let template = template(
        Language::English,
        "{#numeric#} {#var#} {#var#}",
        &[Variable::Code, Variable::Entity, Variable::Purpose],
    );
    let dlt = dlt(vec![template.unwrap()]).unwrap();
    let (mut named, mut worded) = (entity("Indian Railways"), entity("Indian Railways"));
    assert_eq!(dlt.check_entity(&named), Ok(()));
    named.names.insert(Language::Hindi, label(&"रे".repeat(16)));
    worded.purposes[0].texts.insert(Language::Hindi, label(&"टि".repeat(16)));
    for (entity, variable) in [(named, Variable::Entity), (worded, Variable::Purpose)] {
        assert_eq!(dlt.check_entity(&entity), Err(DltError::TooLong { variable, max: 30 }));
    }
}

#[tokio::test]
async fn what_a_template_asks_for_and_the_message_has_not_is_an_error_and_sends_nothing() {
    let of = |variable| dlt(vec![template(Language::English, "{#var#}{#var#}", &[Variable::Code, variable]).unwrap()]);
    let message = message(Language::English).await;
    let unbound = OtpMessage { domain: None, ..message.clone() };
    assert_eq!(sent(of(Variable::Domain).unwrap(), unbound).await, Err("Template".to_owned()));
    let short = OtpMessage { validity: TimeDelta::seconds(59), ..message.clone() };
    assert_eq!(sent(of(Variable::ValidityMinutes).unwrap(), short).await, Err("Template".to_owned()));
    let other = OtpMessage { language: Language::Telugu, ..message };
    assert_eq!(sent(of(Variable::Entity).unwrap(), other).await, Err("Template".to_owned()));
}

#[test]
fn a_gateway_that_asks_for_the_registration_needs_it() {
    let gateway = HttpGateway::post("http://127.0.0.1/").json(r#"["{to}", "{text}", "{header}"]"#);
    assert_eq!(gateway.build().map(drop), Err(ConfigError::NoDlt));
}
