//! Against a real Kannel, with the fakesmsc that stands for an operator.

use crate::support::{Server as Other, message, reason};
use kycvs::OtpSender;
use kycvs::consent::Language;
use kycvs_sms::{
    ConfigError, Dlt, DltTemplate, EntityId, Header, Kannel, KannelAccount, SmsError, TemplateId, Variable,
};
use kycvs_test_servers::{Kannel as Server, ReceivedSms};

fn account(url: &str) -> KannelAccount<'_> {
    KannelAccount { url, username: Server::USERNAME, password: Server::PASSWORD, from: Some("KYCVSX") }
}

#[tokio::test]
async fn each_language_arrives_as_it_was_sent() {
    let mut server = Server::start();
    let kannel = Kannel::new(account(&server.url())).unwrap();
    kannel.check().await.unwrap();
    let mut want = Vec::new();
    for &language in Language::ALL {
        let message = message(language).await;
        let (from, to) = ("KYCVSX".to_owned(), message.to.e164());
        // Of a message that is one SMS in GSM's alphabet, fakesmsc shows the first line.
        let is_one = message.text.is_ascii() && message.text.len() <= 160;
        let text = if is_one { message.text.lines().next().unwrap() } else { &message.text };
        want.push(ReceivedSms { from, to, text: text.to_owned() });
        kannel.send(message).await.unwrap();
    }
    // Exactly these: the check sent nothing.
    assert_eq!(server.wait_for(want.len()), want);
}

#[tokio::test]
async fn a_registered_template_arrives_filled_in_and_under_its_header() {
    let mut server = Server::start();
    let text = "{#var#} கோட் [{#var#}]\n{#var#}. -KYCVS @kycvs.example #{#var#}";
    let variables = [Variable::Code, Variable::Entity, Variable::ValidityMinutes, Variable::Code];
    let id = TemplateId::parse("1107123456789012345").unwrap();
    let template = DltTemplate::new(id, Language::Tamil, text, variables).unwrap();
    let entity = EntityId::parse("1101234567890123456").unwrap();
    let dlt = Dlt::new(entity, Header::parse("KVSOTP").unwrap(), [template]).unwrap();
    let kannel = Kannel::new(account(&server.url())).unwrap().dlt(dlt);

    let hindi = message(Language::Hindi).await;
    assert_eq!(reason(&kannel.send(hindi.clone()).await.unwrap_err(), &hindi), "Template");

    let message = message(Language::Tamil).await;
    let code = message.code.secret();
    let text = format!("{code} கோட் [Indian Railways]\n3. -KYCVS @kycvs.example #{code}");
    let want = ReceivedSms { from: "KVSOTP".to_owned(), to: message.to.e164(), text };
    kannel.send(message).await.unwrap();
    assert_eq!(server.wait_for(1), [want]);
}

#[tokio::test]
async fn a_wrong_password_is_a_clear_error() {
    let server = Server::start();
    let url = server.url();
    let kannel = Kannel::new(KannelAccount { password: "secret-but-wrong", ..account(&url) }).unwrap();
    let message = message(Language::English).await;
    assert_eq!(reason(&kannel.send(message.clone()).await.unwrap_err(), &message), "Credentials");
    assert!(matches!(kannel.check().await, Err(SmsError::Credentials)));
    assert!(!server.smsbox_log().contains(message.code.secret()), "nothing was taken");
}

#[tokio::test]
async fn an_answer_that_is_not_kannels_is_not_a_success() {
    for (words, want) in [
        ("HTTP/1.1 202 Accepted\r\n\r\n3: Queued for later delivery", "Ok"),
        ("HTTP/1.1 200 OK\r\n\r\n<html>It works!</html>", "UnexpectedAnswer"),
        ("HTTP/1.1 202 Accepted\r\n\r\n", "UnexpectedAnswer"),
        ("HTTP/1.1 400 Bad Request\r\n\r\nEmpty text not allowed, rejected", "Refused"),
    ] {
        let server = Other::saying(words);
        let kannel = Kannel::new(account(&server.url())).unwrap();
        let message = message(Language::English).await;
        let sent = kannel.send(message.clone()).await;
        assert_eq!(sent.map_or_else(|error| reason(&error, &message), |()| "Ok".to_owned()), want);
        assert!(kannel.check().await.is_err(), "{words}");
        // Nothing of the message, and no password, is in the first line, which is what servers log.
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        assert!(requests.iter().all(|request| request.starts_with("POST /send HTTP/1.1\r\n")));
    }
}

#[test]
fn an_account_is_checked_when_it_is_configured() {
    let url = "http://127.0.0.1:13013/cgi-bin/sendsms";
    let refused = |account| Kannel::new(account).map(drop).unwrap_err();
    for word in ["", "a b", " a", "a\r\nb", "é"] {
        assert_eq!(refused(KannelAccount { username: word, ..account(url) }), ConfigError::Credentials("user name"));
        assert_eq!(refused(KannelAccount { password: word, ..account(url) }), ConfigError::Credentials("password"));
    }
    for name in ["", "KYC-VS", "1234567890123456", "क"] {
        assert_eq!(refused(KannelAccount { from: Some(name), ..account(url) }), ConfigError::Sender);
    }
    let kannel = Kannel::new(account(url)).unwrap();
    assert_eq!(format!("{kannel:?} {:?}", account(url)), "Kannel(127.0.0.1:13013) KannelAccount(redacted)");
}
