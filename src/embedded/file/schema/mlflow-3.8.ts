import { evaluationTables } from "./evaluation.ts";
import { gatewayTables } from "./gateway.ts";
import { loggedModelTables } from "./logged-models.ts";
import { registryTables } from "./registry.ts";
import { tracingTables } from "./tracing.ts";
import { trackingTables } from "./tracking.ts";

/**
 * The complete schema of an MLflow 3.8 database, with the revision that makes MLflow take it for
 * one: 3.8 opens it as it is, newer releases upgrade it. MLflow upgrades a complete schema only,
 * so the tables that prompts never touch are here as well. It leaves the default experiment to
 * MLflow, which knows where its artifacts belong and adds it on its first start.
 *
 * Upgrades drop constraints by name and SQLAlchemy finds them by reading this text: names stay as
 * they are, and every constraint stays on a line of its own.
 */
export const mlflowSchema = `${registryTables}${trackingTables}${loggedModelTables}${tracingTables}${evaluationTables}${gatewayTables}
CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version (version_num) VALUES ('1bd49d398cd23');
`;
