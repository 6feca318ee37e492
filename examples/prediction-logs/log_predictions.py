"""With logging, as in any service: one line of JSON for each prediction."""
import datetime, hashlib, json, logging, sys

log_file, checkout = sys.argv[1:3]
release = json.load(open(f"{checkout}/.aiship-release.json"))

predictions = logging.getLogger("predictions")
predictions.addHandler(logging.FileHandler(log_file))
predictions.setLevel(logging.INFO)

def log_prediction(request_id, features, **fields):
    text = json.dumps(features, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    record = {"ts": now, "request_id": request_id, "bundle": release["bundle"], "pointer": release["pointer"]}
    record["input_hash"] = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    predictions.info(json.dumps({**record, **fields}))

log_prediction("python-1", {"country": "DE", "amount": 120}, label="block", score=0.81, segment={"region": "eu-west"})
