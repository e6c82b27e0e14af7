//! Limit programs: the least that must be done for a figure, and nothing else.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use actix_web::{App, HttpResponse, HttpServer, web};
use diesel::ExpressionMethods;
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use tokio::net::{TcpListener, TcpStream};

/// Fan-out without accounts, rights, storage or JSON: one `write` a delivery, or with `coalesce` one for all frames that
/// wait for a member.
pub fn socket(port: u16, coalesce: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("the port is free");
        let room: Rc<RefCell<Vec<Rc<TcpStream>>>> = Rc::default();
        let seq = Rc::new(Cell::new(0));
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            let _ = stream.set_nodelay(true);
            tokio::task::spawn_local(member(Rc::new(stream), room.clone(), seq.clone(), coalesce));
        }
    });
}

async fn member(stream: Rc<TcpStream>, room: Rc<RefCell<Vec<Rc<TcpStream>>>>, seq: Rc<Cell<u64>>, coalesce: bool) {
    let mut begun = false;
    while stream.readable().await.is_ok() {
        // Not held while it waits, so that memory is a limit too.
        let mut bytes = [0; 4096];
        let Ok(read) = stream.try_read(&mut bytes) else { continue };
        if read == 0 {
            break;
        }
        let text = &bytes[..read];
        if !begun {
            begun = true;
            let _ = stream
                .try_write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
        } else if crate::wire::has(text, b"\"type\":\"join\"") {
            room.borrow_mut().push(stream.clone());
            let _ = stream.try_write(&encode(r#"{"type":"joined","seq":0,"state":"open"}"#));
        } else {
            let mut waiting = Vec::new();
            for _ in text.windows(13).filter(|window| *window == b"\"type\":\"send\"") {
                seq.set(seq.get() + 1);
                waiting.extend(encode(&example(seq.get())));
                if !coalesce {
                    deliver(&room.borrow(), &std::mem::take(&mut waiting));
                }
            }
            deliver(&room.borrow(), &waiting);
        }
    }
    room.borrow_mut().retain(|other| !Rc::ptr_eq(other, &stream));
}

fn deliver(room: &[Rc<TcpStream>], frames: &[u8]) {
    if !frames.is_empty() {
        for to in room {
            let _ = to.try_write(frames);
        }
    }
}

/// A message as Ligesind frames it, with about 100 bytes of text.
fn example(seq: u64) -> String {
    let id = "0192f0c1-2b1a-7c3e-9a44-5b0c6a1d2e3f";
    format!(
        r#"{{"type":"message","room":"{id}","seq":{seq},"id":"{id}","client_id":"{id}","author":{{"id":"{id}","name":"Havtorn","role":"participant"}},"body_html":"<p>{}</p>","created_at":"2026-11-22T19:00:00.000Z"}}"#,
        crate::chat::BODY
    )
}

fn encode(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    match u8::try_from(text.len()) {
        Ok(short) if short < 126 => frame.push(short),
        _ => {
            frame.push(126);
            frame.extend(u16::try_from(text.len()).expect("a short frame").to_be_bytes());
        }
    }
    frame.extend(text.as_bytes());
    frame
}

/// The same bytes from memory, by the same web server.
pub fn http(port: u16, file: &str) {
    let bytes = web::Bytes::from(std::fs::read(file).expect("the answer to send"));
    actix_web::rt::System::new().block_on(async move {
        HttpServer::new(move || {
            let bytes = bytes.clone();
            let answer = move || {
                let bytes = bytes.clone();
                async move { HttpResponse::Ok().content_type("application/json").body(bytes) }
            };
            App::new().default_service(web::route().to(answer))
        })
        .bind(("127.0.0.1", port))
        .expect("the port is free")
        .run()
        .await
        .expect("it serves");
    });
}

diesel::table! {
    bench_replies (id) {
        id -> Uuid,
        body -> Text,
    }
}

/// One bare prepared INSERT for each request, behind the same web server.
pub fn insert(port: u16, url: &str) {
    let url = url.to_owned();
    actix_web::rt::System::new().block_on(async move {
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new(&url);
        let pool = Pool::builder(manager).max_size(8).build().expect("a pool");
        let mut conn = pool.get().await.expect("the database");
        let table = "create table if not exists bench_replies (id uuid primary key, body text not null)";
        conn.batch_execute(table).await.expect("a table");
        drop(conn);
        HttpServer::new(move || {
            App::new().app_data(web::Data::new(pool.clone())).default_service(web::route().to(store))
        })
        .bind(("127.0.0.1", port))
        .expect("the port is free")
        .run()
        .await
        .expect("it serves");
    });
}

async fn store(pool: web::Data<Pool<AsyncPgConnection>>, body: web::Bytes) -> HttpResponse {
    let mut conn = pool.get().await.expect("a connection");
    let row = (
        bench_replies::id.eq(uuid::Uuid::now_v7()),
        bench_replies::body.eq(String::from_utf8_lossy(&body).into_owned()),
    );
    diesel::insert_into(bench_replies::table).values(row).execute(&mut conn).await.expect("a row");
    HttpResponse::Created().body("{}")
}
