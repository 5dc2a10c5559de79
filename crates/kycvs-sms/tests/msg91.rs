//! MSG91's flow service, as its documentation says it answers.

use crate::support::{Server, entity, label, message, own_page_message, reason, words};
use kycvs::consent::Language;
use kycvs::{OtpMessage, OtpSender};
use kycvs_sms::{ConfigError, DltError, HostWords, Msg91, Msg91Template, Occasion, Variable};
use serde_json::{Value, json};

const ID: &str = "65f1c0ffee0123456789abcd";

fn msg91(server: &Server) -> Msg91 {
    let variables = [("otp", Variable::Code), ("entity", Variable::Entity)];
    let template = Msg91Template::new(ID, Language::Hindi, variables).unwrap();
    Msg91::new("secret-key", [template]).unwrap().at(&server.url()).unwrap()
}

async fn outcome(server: &Server, message: OtpMessage) -> String {
    let sent = msg91(server).send(message.clone()).await;
    sent.map_or_else(|error| reason(&error, &message), |()| "Ok".to_owned())
}

#[tokio::test]
async fn the_body_names_the_template_and_fills_its_variables() {
    let server = Server::saying("HTTP/1.1 200 OK\r\n\r\n{\"message\": \"3763676b\", \"type\": \"success\"}");
    let message = message(Language::Hindi).await;
    let code = message.code.secret().to_owned();
    assert_eq!(outcome(&server, message).await, "Ok");
    let [request] = &server.requests()[..] else { panic!("one request") };
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /send HTTP/1.1\r\n"), "no number and no key in the URL");
    assert!(head.contains("authkey: secret-key") && head.contains("content-type: application/json"));
    let recipient = json!({"mobiles": "919876543210", "otp": code, "entity": "Indian Railways"});
    let want = json!({"template_id": ID, "short_url": "0", "recipients": [recipient]});
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), want);
}

#[tokio::test]
async fn a_refusal_comes_with_status_200_too() {
    for (words, want) in [
        ("HTTP/1.1 200 OK\r\n\r\n{\"type\": \"error\", \"message\": \"flow id missing\"}", "Refused"),
        ("HTTP/1.1 200 OK\r\n\r\n{\"type\": \"success\"", "UnexpectedAnswer"),
        ("HTTP/1.1 200 OK\r\n\r\n[]", "UnexpectedAnswer"),
        ("HTTP/1.1 200 OK\r\n\r\n", "UnexpectedAnswer"),
        ("HTTP/1.1 401 Unauthorized\r\n\r\n{\"type\": \"error\"}", "Credentials"),
        ("HTTP/1.1 503 Busy\r\n\r\n", "Refused"),
    ] {
        let server = Server::saying(words);
        assert_eq!(outcome(&server, message(Language::Hindi).await).await, want, "{words}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn what_does_not_fit_is_not_sent() {
    let server = Server::saying("HTTP/1.1 200 OK\r\n\r\n{\"type\": \"success\"}");
    let long = OtpMessage { entity: label(&"x".repeat(31)), ..message(Language::Hindi).await };
    assert_eq!(outcome(&server, long).await, "Template");
    assert_eq!(outcome(&server, message(Language::English).await).await, "Template");
    let refused = DltError::TooLong { variable: Variable::Entity, max: 30 };
    assert_eq!(msg91(&server).check_entity(&entity(&"x".repeat(31))), Err(refused));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn the_code_of_a_persons_own_page_has_a_template_of_its_own() {
    let server = Server::saying("HTTP/1.1 200 OK\r\n\r\n{\"type\": \"success\"}");
    let variables = [("otp", Variable::Code), ("entity", Variable::Entity)];
    let [shares, opens] = ["shares", "opens"].map(|id| Msg91Template::new(id, Language::Hindi, variables).unwrap());
    let msg91 = |templates: &[Msg91Template]| {
        Msg91::new("secret-key", templates.iter().cloned()).unwrap().at(&server.url()).unwrap()
    };
    let own_page = own_page_message(Language::Hindi).await;
    assert!(msg91(std::slice::from_ref(&shares)).send(own_page.clone()).await.is_err());
    assert!(server.requests().is_empty());
    let both = msg91(&[shares, opens.of_own_page().unwrap()]);
    both.send(own_page).await.unwrap();
    let [request] = &server.requests()[..] else { panic!("one request") };
    assert!(request.contains("\"template_id\":\"opens\"") && request.contains("Ministry of Health"), "{request}");
    let refused = DltError::TooLong { variable: Variable::Entity, max: 30 };
    assert_eq!(both.check_host(&HostWords { issuer: &label(&"x".repeat(31)), ..words() }), Err(refused));
    assert_eq!(both.missing(Occasion::OwnPage).len(), Language::ALL.len() - 1);
}

#[test]
fn a_template_is_checked_when_it_is_configured() {
    let refused = |id, variables: &[(&str, Variable)]| {
        Msg91Template::new(id, Language::English, variables.iter().copied()).unwrap_err()
    };
    let code = ("otp", Variable::Code);
    assert_eq!(refused("", &[code]), DltError::TemplateId);
    assert_eq!(refused("a b", &[code]), DltError::TemplateId);
    assert_eq!(refused(ID, &[("who", Variable::Entity)]), DltError::NoCode);
    for name in ["", "a b", "mobiles", "otp"] {
        assert_eq!(refused(ID, &[code, (name, Variable::Entity)]), DltError::VariableName, "{name}");
    }
    let template = || Msg91Template::new(ID, Language::English, [code]).unwrap();
    assert_eq!(Msg91::new("", [template()]).map(drop), Err(ConfigError::Credentials("auth key")));
    assert_eq!(Msg91::new("key", []).map(drop), Err(ConfigError::Dlt(DltError::Empty)));
    let twice = Msg91::new("key", [template(), template()]);
    assert_eq!(twice.map(drop), Err(ConfigError::Dlt(DltError::TwoTemplates(Language::English))));
    assert_eq!(format!("{:?}", Msg91::new("secret", [template()]).unwrap()), "Msg91(control.msg91.com:443)");
}
