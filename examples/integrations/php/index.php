<?php
// A site that issues a ticket to whoever shares their vaccination status. PHP 8.1 or newer, and nothing else.
//
//     KYCVS=http://127.0.0.1:8080 KYCVS_API_KEY=sandbox-key-of-my-site php -S 127.0.0.1:8000 index.php
declare(strict_types=1);

define('KYCVS', getenv('KYCVS') ?: 'http://127.0.0.1:8080');
define('API_KEY', getenv('KYCVS_API_KEY') ?: 'sandbox-key-of-my-site');
const WORDS = ['not vaccinated', 'partially vaccinated', 'fully vaccinated'];

/** Posts to KYC-VS with the API key, which no browser ever sees. Throws a problem code, such as origin-not-allowed. */
function call(string $path, array $body): array {
    $answer = file_get_contents(KYCVS . $path, false, stream_context_create(['http' => [
        'method' => 'POST',
        'header' => ['Authorization: Bearer ' . API_KEY, 'Content-Type: application/json'],
        'content' => json_encode($body),
        'timeout' => 10,
        'ignore_errors' => true,
    ]]));
    if ($answer === false) throw new RuntimeException('no answer');
    $answer = json_decode($answer, true, flags: JSON_THROW_ON_ERROR);
    if (!preg_match('/ 2\d\d /', $http_response_header[0])) throw new RuntimeException($answer['code']);
    return $answer;
}

/** Opens a visit of the consent page for one booking. */
function open_visit(string $reference): string {
    $visit = ['purpose' => 'booking', 'reference' => $reference, 'origin' => 'http://' . $_SERVER['HTTP_HOST']];
    return call('/v1/embed-sessions', $visit)['id'];
}

/** The status 0, 1 or 2, if it answers one of these bookings. */
function exchange(string $result_code, array $references): int {
    $answer = call('/v1/results', ['result_code' => $result_code]);
    if (!in_array($answer['reference'], $references, true)) throw new RuntimeException('the answer to another booking');
    return $answer['status'];
}

function page(string $session): string {
    [$kycvs, $session] = [htmlspecialchars(KYCVS), htmlspecialchars($session)];
    return <<<HTML
        <!doctype html><html lang="en"><meta charset="utf-8"><title>My Site</title>
        <form method="post" action="/done">
        <script src="$kycvs/embed.js"></script>
        <kyc-vs name="result_code" session="$session">Share your vaccination status</kyc-vs>
        <button>Book</button>
        </form></html>
        HTML;
}

session_start(['name' => 'booking', 'cookie_httponly' => true, 'cookie_samesite' => 'Lax', 'use_strict_mode' => true]);
header('Cache-Control: no-store'); // who goes back gets another visit
try {
    if ($_SERVER['REQUEST_METHOD'] === 'POST') {
        $status = exchange((string) ($_POST['result_code'] ?? ''), $_SESSION['references'] ?? []);
        echo 'Your ticket: ' . WORDS[$status];
    } elseif ($_SERVER['REQUEST_URI'] === '/') {
        $reference = bin2hex(random_bytes(8));
        $_SESSION['references'][] = $reference; // one for each tab
        echo page(open_visit($reference));
    } else {
        http_response_code(404);
        echo 'There is no such page.';
    }
} catch (RuntimeException | JsonException) {
    http_response_code(403);
    echo 'No answer, no ticket. <a href="/">Start over</a>';
}
