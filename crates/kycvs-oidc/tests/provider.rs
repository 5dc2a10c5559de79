//! What a provider of OpenID Connect answers, and what it refuses: by the standard, and by RFC 9700.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::TimeDelta;
use kycvs::consent::Identifier;
use kycvs::token::Refusal;
use kycvs_oidc::Settings;
use support::{
    AIR_KEY, ISSUER, MOBILE, Provider, RAIL_KEY, RETURN, VERIFIER, claims, goes_on, long_return, members, query,
};

#[tokio::test]
async fn a_client_finds_where_everything_is_below_the_issuer() {
    let provider = Provider::new().await;
    let found = provider.get("/sandbox/.well-known/openid-configuration").await;
    let document = found.json();
    assert_eq!((found.status, document["issuer"].as_str()), (200, Some(ISSUER)));
    assert_eq!(document["authorization_endpoint"], "https://kycvs.example/oidc/authorize");
    assert_eq!(document["code_challenge_methods_supported"][0], "S256");
    assert_eq!(document["id_token_signing_alg_values_supported"][0], "ES256");
    let scopes = serde_json::json!(["openid", "kycvs:flight", "kycvs:railway-booking"]);
    assert_eq!(
        document["scopes_supported"], scopes,
        "the purposes of the clients, and not of one that nobody returns to"
    );
    let keys = provider.get(document["jwks_uri"].as_str().unwrap()).await.json();
    assert_eq!(keys["keys"][0]["alg"], "ES256");
    assert!(!found.text.contains("\"none\""), "no client goes without a secret");
}

#[tokio::test]
async fn a_person_who_agrees_brings_a_code_and_the_code_brings_their_status() {
    let provider = Provider::new().await;
    let back = provider.agree_and_return(&[]).await;
    assert_eq!((back["state"].as_str(), back["iss"].as_str()), ("the state", ISSUER));
    assert_eq!(back["action"], "oidc", "the client's own query stays");
    let answer = provider.exchange(&back["code"], &[]).await;
    let tokens = answer.json();
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{}", answer.text);
    assert_eq!((&tokens["token_type"], &tokens["scope"]), (&"Bearer".into(), &"openid kycvs:railway-booking".into()));

    let id = tokens["id_token"].as_str().unwrap();
    let told = claims(id);
    assert_eq!((&told["iss"], &told["aud"], &told["nonce"]), (&ISSUER.into(), &"rail".into(), &"the nonce".into()));
    assert_eq!((&told["vaccination_status"], &told["purpose"]), (&2.into(), &"railway-booking".into()));
    assert!(told["exp"].as_i64() > told["iat"].as_i64() && told["policy"].is_string() && told["as_of"].is_string());
    let service = provider.sandbox.service();
    let token = told["status_token"].as_str().unwrap();
    let status = service.verifier().verify(token, "rail", service.now()).unwrap();
    assert_eq!(told["sub"], status.claims().subject.as_str());
    assert_eq!(service.verifier().verify(id, "rail", service.now()).unwrap_err(), Refusal::WrongType);
    assert!(!answer.text.contains("Asha") && !id.contains(MOBILE), "nobody learns who it is");
}

#[tokio::test]
async fn nobody_is_sent_to_where_the_client_is_not_registered() {
    let provider = Provider::new().await;
    for changes in [
        [("redirect_uri", "https://rail.example/callback")],
        [("redirect_uri", "https://rail.example/callback?action=oidc&more=1")],
        [("redirect_uri", "https://RAIL.example/callback?action=oidc")],
        [("redirect_uri", "https://air.example/callback")],
        [("redirect_uri", "https://evil.example/")],
        [("redirect_uri", "")],
        [("client_id", "nobody")],
        [("client_id", "")],
    ] {
        let answer = provider.authorize(&changes).await;
        assert_eq!((answer.status, answer.header("location")), (400, ""), "{changes:?}");
        assert!(answer.header("content-type").starts_with("text/html") && answer.text.contains("Nothing was shared"));
    }
    for again in ["redirect_uri=https://evil.example/", "client_id=air", "client_id=rail"] {
        let twice = provider.get(&format!("/oidc/authorize?{}&{again}", query(&[]))).await;
        assert_eq!(
            (twice.status, twice.header("location")),
            (400, ""),
            "of two, another reader may take the other one"
        );
        assert!(twice.text.contains("or its request is wrong"), "{}", twice.text);
    }
}

#[tokio::test]
async fn what_is_wrong_in_a_request_goes_back_to_the_client_in_the_words_of_the_standard() {
    let provider = Provider::new().await;
    let long = "x".repeat(513);
    for (changes, error) in [
        ([("response_type", "token")], "unsupported_response_type"),
        ([("response_type", "code id_token")], "unsupported_response_type"),
        ([("response_type", "")], "invalid_request"),
        ([("response_mode", "form_post")], "invalid_request"),
        ([("scope", "kycvs:railway-booking")], "invalid_scope"),
        ([("scope", "openid")], "invalid_scope"),
        ([("scope", "openid kycvs:flight")], "invalid_scope"),
        ([("scope", "openid kycvs:railway-booking kycvs:flight")], "invalid_scope"),
        ([("scope", "")], "invalid_scope"),
        ([("code_challenge", "")], "invalid_request"),
        ([("code_challenge", VERIFIER)], "invalid_request"),
        ([("code_challenge_method", "plain")], "invalid_request"),
        ([("code_challenge_method", "")], "invalid_request"),
        ([("prompt", "none")], "login_required"),
        ([("request", "eyJ")], "request_not_supported"),
        ([("request_uri", "https://rail.example/request")], "request_uri_not_supported"),
        ([("registration", "{}")], "registration_not_supported"),
        ([("nonce", long.as_str())], "invalid_request"),
    ] {
        let location = provider.authorize(&changes).await.location();
        assert!(location.starts_with("https://rail.example/callback?action=oidc&"), "{location}");
        let back = members(&location);
        assert_eq!(back["error"], error, "{changes:?}");
        assert_eq!((back["state"].as_str(), back["iss"].as_str()), ("the state", ISSUER));
        assert!(!back.contains_key("code"));
    }
    for (again, state) in [
        ("state=x", None),
        ("state=the+state", None),
        ("nonce=x", Some("the state")),
        ("of=us&of=nobody", Some("the state")),
    ] {
        let location = provider.get(&format!("/oidc/authorize?{}&{again}", query(&[]))).await.location();
        assert!(location.starts_with("https://rail.example/callback?action=oidc&"), "{location}");
        let back = members(&location);
        assert_eq!((back["error"].as_str(), back["iss"].as_str()), ("invalid_request", ISSUER), "{again}");
        assert_eq!(back.get("state").map(String::as_str), state, "of two states, none is the client's for certain");
    }
    for state in [long.as_str(), "a\r\nb", "ä"] {
        let back = members(&provider.authorize(&[("state", state)]).await.location());
        assert!(back["error"] == "invalid_request" && !back.contains_key("state"));
    }
}

#[tokio::test]
async fn a_request_without_nonce_or_state_or_with_more_than_is_known_succeeds() {
    let provider = Provider::new().await;
    let more = [("nonce", ""), ("state", ""), ("scope", "openid profile kycvs:railway-booking"), ("display", "touch")];
    let asked = [more[0], more[1], more[2], more[3], ("prompt", "login"), ("max_age", "0"), ("acr_values", "1")];
    let back = provider.agree_and_return(&asked).await;
    assert!(!back.contains_key("state"));
    let tokens = provider.exchange(&back["code"], &[]).await.json();
    let told = claims(tokens["id_token"].as_str().unwrap());
    assert!(told["nonce"].is_null() && told["auth_time"].is_number());
}

#[tokio::test]
async fn a_request_as_a_form_and_the_longest_one_reach_the_page_too() {
    let provider = Provider::new().await;
    let encoded = query(&[]);
    let fields: Vec<_> = url::form_urlencoded::parse(encoded.as_bytes()).into_owned().collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert!(provider.post("/oidc/authorize", &fields, &[]).await.location().contains("/embed/"));
    let (long, nonce, scope) =
        ("\"".repeat(512), "\"".repeat(256), format!("openid kycvs:railway-booking {}", "x".repeat(227)));
    let changes = [
        ("state", &*long),
        ("nonce", &nonce),
        ("scope", &scope),
        ("redirect_uri", &long_return()),
        ("ui_locales", "fr hi"),
    ];
    let page = provider.get(&provider.authorize(&changes).await.location()).await;
    assert!(page.status == 200 && page.text.contains("lang=\"hi\""), "{}", page.text);
}

#[tokio::test]
async fn a_code_works_once_and_of_many_at_once_one_wins() {
    let provider = Provider::new().await;
    let code = provider.code().await;
    let exchange = || provider.exchange(&code, &[]);
    let all = tokio::join!(exchange(), exchange(), exchange(), exchange());
    let answers = [all.0, all.1, all.2, all.3];
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(won, 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
    }
    assert_eq!(provider.exchange(&code, &[]).await.error(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn a_code_is_bound_to_its_client_its_redirect_uri_and_its_challenge() {
    let provider = Provider::new().await;
    let code = provider.code().await;
    let other = VERIFIER.replace("43", "44");
    for (changes, error) in [
        (vec![("code_verifier", other.as_str())], "invalid_grant"),
        (vec![("code_verifier", "short")], "invalid_grant"),
        (vec![("code_verifier", "")], "invalid_request"),
        (vec![("redirect_uri", "https://air.example/callback")], "invalid_grant"),
        (vec![("redirect_uri", "")], "invalid_request"),
        (vec![("client_id", "air"), ("client_secret", AIR_KEY)], "invalid_grant"),
        (vec![("code", "AAAAAAAAAAAAAAAAAAAAAA")], "invalid_grant"),
        (vec![("code", "")], "invalid_request"),
        (vec![("of", "us"), ("of", "nobody")], "invalid_request"),
        (vec![("grant_type", "refresh_token")], "unsupported_grant_type"),
        (vec![("grant_type", "")], "invalid_request"),
    ] {
        assert_eq!(provider.exchange(&code, &changes).await.error(), (400, error.to_owned()), "{changes:?}");
    }
    assert_eq!(provider.exchange(&code, &[]).await.status, 200, "who guesses wrongly spoils it for nobody");
}

#[tokio::test]
async fn a_code_is_over_after_a_minute() {
    let provider = Provider::new().await;
    let (first, late) = (provider.code().await, provider.code().await);
    provider.sandbox.advance(TimeDelta::seconds(59)).unwrap();
    assert_eq!(provider.exchange(&first, &[]).await.status, 200);
    provider.sandbox.advance(TimeDelta::seconds(1)).unwrap();
    assert_eq!(provider.exchange(&late, &[]).await.error(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn a_client_proves_who_it_is_in_one_of_two_ways() {
    let provider = Provider::new().await;
    let code = provider.code().await;
    let none = [("client_secret", "")];
    for changes in [vec![("client_secret", "wrong")], vec![("client_secret", AIR_KEY)], none.to_vec()] {
        let answer = provider.exchange(&code, &changes).await;
        assert_eq!(answer.error(), (401, "invalid_client".to_owned()), "{changes:?}");
        assert!(answer.header("www-authenticate").starts_with("Basic "));
    }
    let form =
        [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", RETURN), ("code_verifier", VERIFIER)];
    let basic = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
    let wrong = provider.post("/oidc/token", &form, &[("authorization", &basic("rail:wrong"))]).await;
    assert_eq!(wrong.error(), (401, "invalid_client".to_owned()));
    let right = basic(&format!("rail:{}", RAIL_KEY.replace(' ', "%20")));
    let both: Vec<_> = form.iter().copied().chain([("client_secret", RAIL_KEY)]).collect();
    let both = provider.post("/oidc/token", &both, &[("authorization", &right)]).await;
    assert_eq!(both.error(), (400, "invalid_request".to_owned()), "one way, not two");
    assert_eq!(provider.post("/oidc/token", &form, &[("authorization", &right)]).await.status, 200);
}

#[tokio::test]
async fn wrong_secrets_are_counted_for_the_address_they_come_from() {
    let provider = Provider::new().await;
    let mut statuses = Vec::new();
    for _ in 0..100 {
        statuses.push(provider.exchange("AAAAAAAAAAAAAAAAAAAAAA", &[("client_secret", "wrong")]).await.status);
    }
    assert_eq!((statuses.first(), statuses.last()), (Some(&401), Some(&429)));
    assert_eq!(provider.exchange(&provider.code().await, &[]).await.status, 200, "a right one is never held up");
}

#[tokio::test]
async fn an_entity_has_public_clients_only_where_the_host_says_so() {
    let rail = Identifier::parse("rail").unwrap();
    let provider = Provider::with(Settings { public_clients: vec![rail] }).await;
    let code = provider.code().await;
    let other = VERIFIER.replace("43", "44");
    let public = [("client_secret", ""), ("code_verifier", other.as_str())];
    assert_eq!(provider.exchange(&code, &public).await.error(), (400, "invalid_grant".to_owned()), "PKCE binds it");
    assert_eq!(provider.exchange(&code, &[("client_secret", "")]).await.status, 200);
    let air = [("client_id", "air"), ("client_secret", "")];
    assert_eq!(provider.exchange(&code, &air).await.error(), (401, "invalid_client".to_owned()));
}

#[tokio::test]
async fn who_declines_or_is_unknown_or_too_late_is_denied_and_never_why() {
    let provider = Provider::new().await;
    let page = provider.authorize(&[]).await.location();
    let declined = provider.press(&provider.get(&page).await, "decline", &[]).await;
    let page = provider.authorize(&[]).await.location();
    let unknown = provider.agree(&page, "Ravi Kumar").await;
    let page = provider.authorize(&[]).await.location();
    provider.sandbox.advance(TimeDelta::minutes(31)).unwrap();
    let late = provider.get(&page).await;
    let mut told = Vec::new();
    for back in [goes_on(&declined), unknown, goes_on(&late)] {
        told.push(provider.get(&back).await.location());
    }
    assert!(members(&told[0])["error"] == "access_denied" && members(&told[0])["state"] == "the state");
    assert!(told.iter().all(|other| *other == told[0]), "{told:?}");
}

#[tokio::test]
async fn a_result_of_another_transaction_is_not_taken() {
    let provider = Provider::new().await;
    let mine = provider.agree(&provider.authorize(&[]).await.location(), "Asha Lakshmi Rao").await;
    let theirs = provider.agree(&provider.authorize(&[]).await.location(), "Asha Lakshmi Rao").await;
    let swapped = mine.replace(&members(&mine)["result_code"], &members(&theirs)["result_code"]);
    assert_eq!(members(&provider.get(&swapped).await.location())["error"], "access_denied");
    for forged in ["/oidc/return", "/oidc/return?error=declined", "/oidc/return?error=declined&state=AAAA"] {
        assert_eq!(provider.get(forged).await.status, 400, "{forged}");
    }
    assert_eq!(provider.get(&format!("{mine}&of=us&of=nobody")).await.status, 400, "we send nothing twice");
}

#[tokio::test]
async fn after_the_consent_was_withdrawn_there_is_nothing_to_be_had() {
    let provider = Provider::new().await;
    let page = provider.authorize(&[]).await.location();
    let answer = provider.answer(&page, "Asha Lakshmi Rao").await;
    let back = goes_on(&provider.press(&answer, "continue", &[]).await);
    let code = members(&provider.get(&back).await.location()).remove("code").unwrap();
    assert_eq!(provider.press(&answer, "withdraw", &[]).await.status, 200);
    assert_eq!(provider.exchange(&code, &[]).await.error(), (400, "invalid_grant".to_owned()));
    assert_eq!(members(&provider.get(&back).await.location())["error"], "access_denied");
}

#[tokio::test]
async fn the_claims_are_had_again_by_the_access_token_alone_and_while_it_lives() {
    let provider = Provider::new().await;
    let tokens = provider.exchange(&provider.code().await, &[]).await.json();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let ask = async |bearer: &str| provider.post("/oidc/userinfo", &[], &[("authorization", bearer)]).await;
    let told = claims(tokens["id_token"].as_str().unwrap());
    let again = ask(&bearer).await.json();
    for claim in ["sub", "vaccination_status", "policy", "as_of", "purpose", "status_token"] {
        assert_eq!(again[claim], told[claim], "{claim}");
    }
    let page = provider.authorize(&[]).await.location();
    let declined = goes_on(&provider.press(&provider.get(&page).await, "decline", &[]).await);
    let sealed = members(&declined).remove("state").unwrap();
    for other in ["Bearer x", "", &format!("Bearer {sealed}"), &bearer.replace("Bearer", "Basic")] {
        let refused = ask(other).await;
        assert_eq!(refused.error(), (401, "invalid_token".to_owned()));
        assert!(refused.header("www-authenticate").starts_with("Bearer "));
    }
    provider.sandbox.advance(TimeDelta::seconds(300)).unwrap();
    assert_eq!(ask(&bearer).await.status, 401);
}

#[tokio::test]
async fn two_answers_about_a_person_cannot_be_told_to_be_one_persons() {
    let provider = Provider::new().await;
    let mut subjects = Vec::new();
    for _ in 0..2 {
        let tokens = provider.exchange(&provider.code().await, &[]).await.json();
        subjects.push(claims(tokens["id_token"].as_str().unwrap())["sub"].clone());
    }
    assert_ne!(subjects[0], subjects[1]);
}
