// A site that issues a ticket to whoever shares their vaccination status. Java 17 or newer, and nothing else.
//
//     KYCVS=http://127.0.0.1:8080 KYCVS_API_KEY=sandbox-key-of-my-site PORT=8000 java Site.java
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

public class Site {
    static final String KYCVS = setting("KYCVS", "http://127.0.0.1:8080");
    static final String API_KEY = setting("KYCVS_API_KEY", "sandbox-key-of-my-site");
    static final int PORT = Integer.parseInt(setting("PORT", "8000"));
    static final String[] WORDS = {"not vaccinated", "partially vaccinated", "fully vaccinated"};

    static final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    static final SecureRandom random = new SecureRandom();
    /** The cookie of a browser: the references of its bookings, one for each tab. */
    static final Map<String, Set<String>> bookings = new ConcurrentHashMap<>();

    /** A problem code of KYC-VS, such as origin-not-allowed, or why an answer is not taken. */
    static class Refused extends Exception {
        Refused(String code) {
            super(code);
        }
    }

    /** Posts to KYC-VS with the API key, which no browser ever sees. */
    static String call(String path, String body) throws IOException, InterruptedException, Refused {
        HttpRequest request = HttpRequest.newBuilder(URI.create(KYCVS + path))
                .header("Authorization", "Bearer " + API_KEY)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 400) throw new Refused(member(answer.body(), "code"));
        return answer.body();
    }

    /** Opens a visit of the consent page for one booking. */
    static String openVisit(String reference) throws IOException, InterruptedException, Refused {
        return member(call("/v1/embed-sessions", """
                {"purpose": "booking", "reference": "%s", "origin": "http://127.0.0.1:%d"}""".formatted(reference, PORT)), "id");
    }

    /** The status 0, 1 or 2, if it answers one of these bookings. */
    static int exchange(String resultCode, Set<String> references) throws IOException, InterruptedException, Refused {
        if (!resultCode.matches("[A-Za-z0-9_-]+")) throw new Refused("no result code");
        String answer = call("/v1/results", "{\"result_code\": \"" + resultCode + "\"}");
        if (!references.contains(member(answer, "reference"))) throw new Refused("the answer to another booking");
        return Integer.parseInt(member(answer, "status"));
    }

    /** A member of a flat JSON object, whose texts have no quotes in them. A larger site takes a JSON library. */
    static String member(String json, String name) throws Refused {
        var found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"?([^\",}]*)").matcher(json);
        if (!found.find()) throw new Refused("no " + name);
        return found.group(1);
    }

    static String page(String session) {
        return """
                <!doctype html><html lang="en"><meta charset="utf-8"><title>My Site</title>
                <form method="post" action="/done">
                <script src="%s/embed.js"></script>
                <kyc-vs name="result_code" session="%s">Share your vaccination status</kyc-vs>
                <button>Book</button>
                </form></html>
                """.formatted(KYCVS, session);
    }

    static void handle(HttpExchange asked) throws IOException {
        try {
            String cookie = cookie(asked);
            if (asked.getRequestMethod().equals("POST")) {
                int status = exchange(resultCode(asked), cookie == null ? Set.of() : bookings.get(cookie));
                answer(asked, 200, "Your ticket: " + WORDS[status], null);
            } else if (!asked.getRequestURI().toString().equals("/")) {
                answer(asked, 404, "There is no such page.", null);
            } else {
                if (cookie == null) cookie = draw(16);
                String reference = draw(8);
                bookings.computeIfAbsent(cookie, unknown -> ConcurrentHashMap.newKeySet()).add(reference);
                answer(asked, 200, page(openVisit(reference)), cookie);
            }
        } catch (Refused | InterruptedException | IllegalArgumentException refused) {
            answer(asked, 403, "No answer, no ticket. <a href='/'>Start over</a>", null);
        }
    }

    static String resultCode(HttpExchange asked) throws IOException, Refused {
        String form = new String(asked.getRequestBody().readNBytes(10_000), StandardCharsets.UTF_8);
        for (String field : form.split("&")) {
            if (field.startsWith("result_code=")) return URLDecoder.decode(field.substring(12), StandardCharsets.UTF_8);
        }
        throw new Refused("no result code");
    }

    static String cookie(HttpExchange asked) {
        String sent = asked.getRequestHeaders().getFirst("Cookie");
        for (String cookie : (sent == null ? "" : sent).split(";")) {
            String value = cookie.strip().startsWith("booking=") ? cookie.strip().substring(8) : "";
            if (bookings.containsKey(value)) return value;
        }
        return null;
    }

    static void answer(HttpExchange asked, int status, String html, String cookie) throws IOException {
        byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
        asked.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        asked.getResponseHeaders().set("Cache-Control", "no-store"); // who goes back gets another visit
        if (cookie != null) asked.getResponseHeaders().set("Set-Cookie", "booking=" + cookie + "; HttpOnly; SameSite=Lax");
        asked.sendResponseHeaders(status, bytes.length);
        try (var body = asked.getResponseBody()) {
            body.write(bytes);
        }
    }

    static String draw(int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }

    static String setting(String name, String otherwise) {
        return System.getenv().getOrDefault(name, otherwise);
    }

    public static void main(String[] arguments) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", PORT), 0);
        server.createContext("/", Site::handle);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        System.out.println("http://127.0.0.1:" + PORT);
    }
}
