//! The wire between a node and Redis, with scissors: while it is cut nothing passes and nobody is told, as when a
//! network breaks. Mended, it goes on with what was held back.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A wire; the node's end is `port`.
pub struct Wire {
    pub port: u16,
    cut: Rc<Cell<bool>>,
}

impl Wire {
    pub async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let own = listener.local_addr().expect("an address").port();
        let cut = Rc::new(Cell::new(false));
        let state = cut.clone();
        tokio::task::spawn_local(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::task::spawn_local(join(near, port, state.clone()));
            }
        });
        Self { port: own, cut }
    }

    pub fn cut(&self, is_cut: bool) {
        self.cut.set(is_cut);
    }
}

async fn join(near: TcpStream, port: u16, cut: Rc<Cell<bool>>) {
    while cut.get() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let Ok(far) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    tokio::select! {
        () = pass(near_in, far_out, &cut) => {}
        () = pass(far_in, near_out, &cut) => {}
    }
}

async fn pass(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, cut: &Cell<bool>) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(read) = from.read(&mut bytes).await {
        while cut.get() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        if read == 0 || to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}
