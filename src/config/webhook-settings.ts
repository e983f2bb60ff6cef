import * as z from "zod";
import { setting } from "./setting.ts";
import { addressText, optional } from "./texts.ts";

/** What MLflow and this server are told alike, so that MLflow's webhooks arrive. */
export const webhookSettings = {
  webhookSecret: setting(
    () => optional(z.string().min(16, "it must have at least 16 characters")),
    {
      variable: "MLFLOW_PROMPTS_WEBHOOK_SECRET",
      fallback: "",
      help: "what MLflow signs its webhooks with; /webhooks/mlflow takes none without it",
      commands: ["http", "webhooks"],
    },
  ),
  webhookUrl: setting(() => optional(addressText()), {
    flag: "webhook-url",
    variable: "MLFLOW_PROMPTS_WEBHOOK_URL",
    placeholder: "URL",
    fallback: "",
    help: "the address MLflow calls; else that of --public-url with /webhooks/mlflow",
    commands: ["webhooks"],
  }),
};
