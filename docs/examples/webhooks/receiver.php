<?php
// A receiver of channelhub's webhooks that believes only what is signed. PHP 8, no packages.
//
// WEBHOOK_SECRET=whsec_… php -S 127.0.0.1:8080 receiver.php
declare(strict_types=1);

const TOLERANCE_S = 300;
const MAX_BYTES = 1024 * 1024;

/** Whether the body as it came, unparsed, is signed with our secret, a moment ago. */
function is_genuine(string $key, string $body): bool
{
    $id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $stamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if ($id === '' || !preg_match('/^\d{1,12}$/D', $stamp) || abs(time() - (int) $stamp) > TOLERANCE_S) {
        return false;
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$stamp.$body", $key, true));
    // While secrets change there are several signatures. hash_equals takes the same time wherever two differ.
    foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $given) {
        if (hash_equals($expected, $given)) {
            return true;
        }
    }
    return false;
}

function answer(int $status): never
{
    http_response_code($status);
    exit;
}

$key = base64_decode(preg_replace('/^whsec_/', '', (string) getenv('WEBHOOK_SECRET')), true);
if ($key === false || $key === '') {
    error_log('WEBHOOK_SECRET is not whsec_ and base64');
    answer(500);
}
$body = (string) file_get_contents('php://input', false, null, 0, MAX_BYTES + 1);
if (strlen($body) > MAX_BYTES) {
    answer(413);
}
if (!is_genuine($key, $body)) {
    answer(401);
}
$event = json_decode($body, true, 64, JSON_THROW_ON_ERROR);
// The same webhook-id may come again: put it into a table with a unique key together with what you do.
// Answer soon, and do what takes long later: after 15 s the hub takes it for failed and tries again.
error_log($_SERVER['HTTP_WEBHOOK_ID'] . ' ' . $event['type'] . ' ' . json_encode($event['data']));
answer(204);
