"""Routes that exist in the demo only."""

from django.urls import path

from smart.demo import pieces, tour, views

urlpatterns = [
    path("demo/clock/next-day/", views.next_day, name="demo-next-day"),
    path("demo/clock/next-event/", views.next_event, name="demo-next-event"),
    path("demo/mail/", views.mailbox, name="demo-mail"),
    path("demo/mail/<str:ref>/", views.letter, name="demo-letter"),
    path("demo/tour/", tour.tour, name="demo-tour"),
    path("demo/tour/start/", tour.start, name="demo-tour-start"),
    path("demo/tour/go/", tour.go, name="demo-tour-go"),
    path("demo/become/", tour.become, name="demo-become"),
    path("pieces/", pieces.pieces, name="pieces"),
    path("pieces/<slug:page>/", pieces.pieces, name="pieces"),
    path("pieces/papers/<slug:kind>/<slug:language>/", pieces.paper, name="pieces-paper"),
]
