"""What the API shows of jobs."""

from django.urls import reverse
from rest_framework import serializers

from jobs.models import Job, JobState


class JobSerializer(serializers.Serializer):
    """Work that outlives a request."""

    id = serializers.UUIDField()
    url = serializers.SerializerMethodField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=JobState.choices)
    step = serializers.CharField(help_text="What is being done, in words.")
    progress_ratio = serializers.FloatField()
    error = serializers.CharField(help_text="Why it failed, fit for a person.")
    subject_id = serializers.UUIDField(help_text="The row that it is about.")
    client = serializers.UUIDField(source="client_id", allow_null=True)
    requested_by = serializers.CharField(source="requested_by_label")
    requested_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)

    def get_url(self, job: Job) -> str:
        """Return where to ask how far it is."""
        return reverse("api:job-detail", args=[self.context["org"], job.pk])
