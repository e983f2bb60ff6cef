{{- define "prompts.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "prompts.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "prompts.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "prompts.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "prompts.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "prompts.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "prompts.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The secret with the server's own secrets; empty when it has none. */}}
{{- define "prompts.secretName" -}}
{{- if .Values.existingSecret -}}
{{- .Values.existingSecret -}}
{{- else if .Values.externalSecret.enabled -}}
{{- include "prompts.fullname" . -}}
{{- end -}}
{{- end -}}

{{/* What the schema cannot say of values that belong together. */}}
{{- define "prompts.check" -}}
{{- $secret := include "prompts.secretName" . -}}
{{- if and .Values.existingSecret .Values.externalSecret.enabled -}}
{{- fail "existingSecret and externalSecret.enabled are both set: choose one of them." -}}
{{- end -}}
{{- if and .Values.secretKeys (not $secret) -}}
{{- fail "secretKeys names keys of a secret, and there is none: set existingSecret or externalSecret.enabled." -}}
{{- end -}}
{{- if and $secret (not .Values.secretKeys) -}}
{{- fail "There is a secret and secretKeys is empty: name the keys that the server reads, such as redis-url." -}}
{{- end -}}
{{- if and .Values.auth.oauth.tokenUrl (not (has "oauth-client-secret" .Values.secretKeys)) -}}
{{- fail "auth.oauth.tokenUrl needs the key oauth-client-secret in secretKeys." -}}
{{- end -}}
{{- end -}}

{{/* Extra seconds beside the drain: for the last answers and for the process to end. */}}
{{- define "prompts.gracePeriod" -}}
{{- add .Values.preStopSeconds .Values.shutdownTimeoutSeconds 5 -}}
{{- end -}}
