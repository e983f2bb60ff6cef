import * as z from "zod";
import { setting } from "./setting.ts";
import { addressText, optional } from "./texts.ts";

/** The settings that MLflow's webhooks need to arrive. */
export const webhookSettings = {
  webhookSecret: setting(
    () => optional(z.string().min(16, "it must have at least 16 characters")),
    {
      variable: "MLFLOW_PROMPTS_WEBHOOK_SECRET",
      fallback: "",
      help: "secret that MLflow signs its webhooks with; without it /webhooks/mlflow does not exist",
      commands: ["http", "webhooks"],
    },
  ),
  webhookUrl: setting(() => optional(addressText()), {
    flag: "webhook-url",
    variable: "MLFLOW_PROMPTS_WEBHOOK_URL",
    placeholder: "URL",
    fallback: "",
    help: "address that MLflow calls; default: --public-url with /webhooks/mlflow appended",
    commands: ["webhooks"],
  }),
};
