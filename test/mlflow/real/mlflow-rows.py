"""
Writes by MLflow's own client what the test writes by this program: a prompt, a dataset, an evaluation of
its rows, a label, and a call that fails. Arguments: the file, and where to copy it to while it is empty.
"""

import os
import shutil
import sys

import mlflow
from mlflow.entities import AssessmentSource, Feedback, SpanType
from mlflow.genai.datasets import create_dataset
from mlflow.genai.scorers import scorer

path, empty = sys.argv[1:]
mlflow.set_tracking_uri(f"sqlite:///{path}")
mlflow.set_registry_uri(f"sqlite:///{path}")
mlflow.get_experiment("0")
shutil.copy(path, empty)

mlflow.genai.register_prompt(name="qa", template="Answer {{question}}")
dataset = create_dataset(name="numbers", experiment_id=["0"], tags={"mcp.prompt": "qa"})
first = {"question": "2+2", "top": 3, "ratio": 0.5, "safe": True, "none": None, "list": [1]}
dataset.merge_records([
    {
        "inputs": first,
        "expectations": {"expected_response": "4", "guidelines": ["be short"]},
        "tags": {"source": "list"},
    },
    {"inputs": {"question": "größer 😀", "deep": {"a": 1}}, "expectations": {"expected_response": "six"}},
])
dataset.merge_records([
    {"inputs": first, "expectations": {"expected_response": "four"}, "tags": {"more": "1"}}
])


@scorer
def exact_match(outputs):
    return outputs == "four"


@scorer
def length(outputs):
    return 4.5


@scorer
def correctness(outputs):
    return Feedback(
        value="yes",
        rationale="As expected.",
        source=AssessmentSource(source_type="LLM_JUDGE", source_id="openai:/judge"),
        metadata={"mlflow.assessment.judgeInputTokens": "3"},
    )


@scorer
def broken(outputs):
    raise ValueError("The judge gave no JSON.")


def call(name, inputs, answer):
    with mlflow.start_span(name=name, span_type=SpanType.CHAIN) as root:
        root.set_inputs(inputs)
        mlflow.genai.load_prompt("prompts:/qa/1")
        with mlflow.start_span(name="chat", span_type=SpanType.CHAT_MODEL) as chat:
            chat.set_inputs({"model": "m"})
            chat.set_attribute("mlflow.llm.model", "m")
            if answer is None:
                raise ValueError("The model is busy.")
            tokens = {"input_tokens": 5, "output_tokens": 7, "total_tokens": 12}
            chat.set_attribute("mlflow.llm.provider", "openai")
            chat.set_attribute("mlflow.chat.tokenUsage", tokens)
            chat.set_attribute("mlflow.llm.cost", {"input_cost": 0.1, "output_cost": 0.2, "total_cost": 0.3})
            chat.set_outputs({"choices": []})
        root.set_outputs(answer)
    return answer


def predict(**inputs):
    return call("evaluate_prompt", inputs, "four")


with mlflow.start_run(run_name="qa/1 on numbers") as run:
    mlflow.log_param("model", "m")
    mlflow.genai.load_prompt("prompts:/qa/1")
    scorers = [exact_match, length, correctness, broken]
    mlflow.genai.evaluate(data=dataset, predict_fn=predict, scorers=scorers)

evaluated = mlflow.search_traces(run_id=run.info.run_id, return_type="list")
labelled = next(trace for trace in evaluated if trace.data.spans[0].inputs["question"] == "2+2")
person = AssessmentSource(source_type="HUMAN", source_id="eve")
mlflow.log_feedback(
    trace_id=labelled.info.trace_id, name="helpful", value=True, rationale="Sehr gut.", source=person
)
try:
    call("run_prompt", {"question": "Why?"}, None)
except ValueError:
    pass
# Links of prompts are written by threads, which end with the process.
