// With log/slog, as in any service: one line of JSON for each prediction.
package main

import (
	"encoding/json"
	"log/slog"
	"os"
)

func main() {
	var release struct{ Bundle string }
	text, _ := os.ReadFile(os.Args[2] + "/.aiship-release.json")
	_ = json.Unmarshal(text, &release)
	file, _ := os.OpenFile(os.Args[1], os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
	rename := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			a.Key = "ts"
		}
		return a
	}
	predictions := slog.New(slog.NewJSONHandler(file, &slog.HandlerOptions{ReplaceAttr: rename})).
		With("bundle", release.Bundle)

	predictions.Info("prediction", "request_id", "go-1", "label", "block", "score", 0.81,
		slog.Group("segment", "region", "eu-west"), "latency_ms", 41.2)
}
