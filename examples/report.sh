#!/usr/bin/env bash
# Posts one report and reads its receipt, as an intake bot does.
#   BOT=trg_… examples/report.sh [https://t.me/another_example/7]
# BOT is a token of the role intake; API is where Triage listens.
set -euo pipefail

API=${API:-http://127.0.0.1:8400}
: "${BOT:?a token of the role intake, as make up prints it}"
link=${1:-https://t.me/another_example/7}
key=$(date +%s)-$$-$RANDOM
report='{
  "allegations": ["intimate_image"],
  "locations": [{"url": "'$link'"}],
  "text": "A picture of me was posted without my consent.",
  "language": "en",
  "reporter": {"relation": "victim"},
  "requests": ["removal"]
}'

post() { # curl itself repeats what 429 and 503 ask to repeat
  curl --silent --show-error --fail-with-body --retry 5 \
    --header 'Content-Type: application/json' "$@"
}

tries=0
# A broken line leaves open whether the report arrived: the same key makes it safe to send again.
until answer=$(post --header "Authorization: Bearer $BOT" --header "Idempotency-Key: $key" \
  --data "$report" "$API/v1/reports"); do
  if [ $? -eq 22 ] || [ $((++tries)) -ge 5 ]; then
    echo "$answer" >&2
    exit 1
  fi
  sleep "$tries"
done
echo "$answer"

code=$(sed -n 's/.*"receipt_code":"\([^"]*\)".*/\1/p' <<<"$answer")
post --data "{\"code\": \"$code\"}" "$API/v1/receipts"
echo
