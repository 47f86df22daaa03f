"""Mail: stored with the transaction that wants it sent, tried until the server takes it."""

from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django_tasks import task
from django_tasks.base import TaskContext


def queue_mail(to: str, subject: str, text: str, html: str = "") -> None:
    """Send a mail once the caller's transaction commits; never if it does not."""
    # A line break in a subject would be a header of its own.
    deliver_mail.enqueue(to, " ".join(subject.split()), text, html)


@task(takes_context=True, max_attempts=20)  # for about half a day
def deliver_mail(context: TaskContext, to: str, subject: str, text: str, html: str) -> None:
    """Hand the mail to the server; the job is tried again when that fails."""
    send_mail(context, to, subject, text, html)


def send_mail(context: TaskContext, to: str, subject: str, text: str, html: str = "") -> None:
    """Send a mail from within a task that holds what must not be stored, such as a link."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    headers = {
        # The same in every attempt: a mail server can see that it already has this one.
        "Message-ID": f"<{context.task_result.id}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    message = EmailMultiAlternatives(" ".join(subject.split()), text, to=[to], headers=headers)
    if html:
        message.attach_alternative(html, "text/html")
    message.send()
