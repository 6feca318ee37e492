// With java.util.logging, as in any service: one line of JSON for each prediction.
import java.nio.file.*;
import java.util.logging.*;

class LogPredictions {
    public static void main(String[] args) throws Exception {
        String release = Files.readString(Path.of(args[1], ".aiship-release.json"));
        String bundle = release.replaceAll("(?s).*\"bundle\":\\s*\"([^\"]+)\".*", "$1");
        Logger predictions = Logger.getLogger("predictions");
        predictions.setUseParentHandlers(false);
        FileHandler file = new FileHandler(args[0], true);
        file.setFormatter(new SimpleFormatter() {
            @Override public String format(LogRecord record) {
                return "{\"ts\":\"" + record.getInstant() + "\"," + record.getMessage() + "}\n";
            }
        });
        predictions.addHandler(file);

        predictions.info("\"request_id\":\"java-1\",\"bundle\":\"" + bundle + "\",\"label\":\"block\",\"score\":0.81,"
            + "\"segment\":{\"region\":\"eu-west\"},\"latency_ms\":41.2");
    }
}
