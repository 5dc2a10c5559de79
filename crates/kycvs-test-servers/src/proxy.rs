use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A network that a test can spoil: a loopback port that carries to another one.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    network: Arc<Network>,
}

/// What the network does with the bytes that reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// It carries them.
    Fair,
    /// It carries each piece after this time.
    Slow(Duration),
    /// It takes none, so that the buffers of whoever sends fill up; connections stay open.
    Stalled,
    /// Connections are cut, and new ones too.
    Cut,
}

#[derive(Debug)]
struct Network {
    weather: Mutex<(Weather, Vec<TcpStream>)>,
    changed: Condvar,
}

impl Proxy {
    /// Carries to the loopback port `to`, in fair weather.
    pub fn to(to: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free loopback port");
        let port = listener.local_addr().expect("the address of a listener").port();
        let network = Arc::new(Network { weather: Mutex::new((Weather::Fair, Vec::new())), changed: Condvar::new() });
        let carrier = network.clone();
        // Lives as long as the test's process: an idle thread on a port that nobody knows any more.
        std::thread::spawn(move || listener.incoming().flatten().for_each(|client| carrier.connect(client, to)));
        Self { port, network }
    }

    /// The port to go to instead.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Changes the weather.
    pub fn set(&self, weather: Weather) {
        let mut now = self.network.lock();
        now.0 = weather;
        if weather == Weather::Cut {
            for stream in now.1.drain(..) {
                // It fails only when the connection has ended.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
        self.network.changed.notify_all();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.set(Weather::Cut);
    }
}

impl Network {
    fn lock(&self) -> MutexGuard<'_, (Weather, Vec<TcpStream>)> {
        self.weather.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(self: &Arc<Self>, client: TcpStream, to: u16) {
        let mut now = self.lock();
        if now.0 == Weather::Cut {
            return;
        }
        let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, to)) else { return };
        for (from, to) in [(&client, &server), (&server, &client)] {
            let _ = from.set_nodelay(true);
            let (Ok(from), Ok(to), Ok(kept)) = (from.try_clone(), to.try_clone(), from.try_clone()) else { return };
            now.1.push(kept);
            let network = self.clone();
            std::thread::spawn(move || network.carry(from, to));
        }
    }

    fn carry(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut piece = [0; 16 * 1024];
        while let Ok(length @ 1..) = from.read(&mut piece) {
            self.wait_for_fair_weather();
            if to.write_all(&piece[..length]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
    }

    fn wait_for_fair_weather(&self) {
        let mut now = self.lock();
        while now.0 == Weather::Stalled {
            now = self.changed.wait(now).unwrap_or_else(PoisonError::into_inner);
        }
        if let Weather::Slow(by) = now.0 {
            drop(now);
            std::thread::sleep(by);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that says every byte again.
    fn echo() -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || std::io::copy(&mut &stream, &mut &stream));
            }
        });
        port
    }

    fn says(stream: &mut TcpStream) -> std::io::Result<u8> {
        stream.set_read_timeout(Some(Duration::from_millis(300)))?;
        stream.write_all(b"x")?;
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    #[test]
    fn the_weather_decides_what_arrives() {
        let proxy = Proxy::to(echo());
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).expect("a connection");
        assert_eq!(says(&mut stream).expect("an echo"), b'x');
        proxy.set(Weather::Stalled);
        assert!(says(&mut stream).is_err());
        proxy.set(Weather::Fair);
        let mut late = [0];
        stream.read_exact(&mut late).expect("what was stalled");
        proxy.set(Weather::Cut);
        assert!(says(&mut stream).is_err());
        let cut = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port()));
        assert!(cut.and_then(|mut stream| says(&mut stream)).is_err());
        proxy.set(Weather::Fair);
        let mut again = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).expect("a connection");
        assert_eq!(says(&mut again).expect("an echo"), b'x');
    }
}
