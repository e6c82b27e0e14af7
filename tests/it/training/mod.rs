//! Courses, diplomas, practice cases.

mod courses;
mod practice;

use serde_json::{Value, json};
use support::{Person, TestApp};

/// The right options of the demo's course, by the case they answer: the first of each question as it is written.
pub fn right_answers(course: &str) -> Vec<(String, String)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/community/courses.da.json");
    let all: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("the courses")).expect("JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    all[course]["questions"]
        .as_array()
        .expect("questions")
        .iter()
        .map(|question| (text(&question["case"]), text(&question["options"][0])))
        .collect()
}

/// Reads every part of a course.
pub async fn read_all(person: &Person, course: &str) {
    let detail = person.get(&format!("/courses/{course}")).await.is(200).clone();
    for part in detail["parts"].as_array().expect("parts") {
        let id = part["id"].as_str().expect("an id");
        person.put(&format!("/courses/{course}/modules/{id}"), json!({})).await.is(204);
    }
}

/// Begins a check and answers it: rightly, or all wrong. Answers the result.
pub async fn take(person: &Person, course: &str, rightly: bool) -> Value {
    let check = person.post(&format!("/courses/{course}/check"), json!({})).await.is(200).clone();
    answer(person, course, &check, rightly).await;
    person.post(&format!("/courses/{course}/check/result"), json!({})).await.is(200).clone()
}

pub async fn answer(person: &Person, course: &str, check: &Value, rightly: bool) {
    let right = right_answers(course);
    for question in check["questions"].as_array().expect("questions") {
        let known = &right.iter().find(|(case, _)| question["case"] == case.as_str()).expect("a known case").1;
        let options = question["options"].as_array().expect("options");
        let at = options.iter().position(|option| (option == known.as_str()) == rightly).expect("an option");
        let path = format!("/courses/{course}/check/answers/{}", question["number"]);
        person.put(&path, json!({ "option": at })).await.is(204);
    }
}

/// The stand of a course in the list.
pub async fn standing(person: &Person, course: &str) -> Value {
    let list = person.get("/courses").await.is(200).clone();
    list["items"].as_array().expect("items").iter().find(|one| one["course"] == course).expect("the course").clone()
}

/// A moderator without any certificate.
pub async fn newcomer(app: &TestApp) -> Person {
    app.moderator(&[]).await
}
