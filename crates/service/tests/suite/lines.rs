//! Requests by their names, as they come over a socket.

use tally_control::{Ask, Envelope, NodeStatus, Outcome, Refusal, Status, for_each_request};

use crate::memory::{BEXLEY, World};

fn envelope(ask: &str, body: serde_json::Value) -> Envelope {
    Envelope { schema: 1, seat: None, ask: ask.into(), body }
}

#[tokio::test]
async fn a_request_is_answered_by_its_name() {
    let node = World::new().node(BEXLEY).await;
    let line = node.service.reply(envelope(Status::NAME, serde_json::json!({})), "clerk").await.unwrap();
    let Outcome::Done(status) = Outcome::<NodeStatus>::from_line(&line).unwrap() else { panic!() };
    assert_eq!(status.member, "Bexley");
}

#[tokio::test]
async fn an_unknown_request_and_another_form_are_not_understood() {
    let node = World::new().node(BEXLEY).await;
    for (ask, body) in [("dance", serde_json::json!({})), ("record_move", serde_json::json!({ "id": 1 }))] {
        let line = node.service.reply(envelope(ask, body), "clerk").await.unwrap();
        let outcome = Outcome::<()>::from_line(&line).unwrap();
        assert!(matches!(outcome, Outcome::Failed(Refusal::NotUnderstood { .. })), "{outcome:?}");
    }
}

#[tokio::test]
async fn every_request_of_the_list_is_known() {
    let node = World::new().node(BEXLEY).await;
    macro_rules! names {
        ($($request:ident,)*) => { [$(<tally_control::$request as Ask>::NAME),*] };
    }
    for name in for_each_request!(names) {
        let line = node.service.reply(envelope(name, serde_json::json!({})), "clerk").await.unwrap();
        assert!(!String::from_utf8_lossy(&line).contains("knows no request"), "{name}");
    }
}
