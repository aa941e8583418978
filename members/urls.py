"""Routes of this room, at the root."""

from django.urls import path

from members import (
    acting_views,
    notice_views,
    papers_views,
    public_views,
    second_factor_views,
    token_views,
    trade_views,
    views,
)

urlpatterns = [
    path("join/", public_views.join, name="join"),
    path("join/done/", public_views.join_done, name="join-done"),
    path("trades/", trade_views.trades, name="trades"),
    path("login/", public_views.login, name="login"),
    path("words/", public_views.words_page, name="words"),
    path("logout/", public_views.logout, name="logout"),
    path("login/code/", second_factor_views.enter, name="second-factor-enter"),
    path("acting/end/", acting_views.end, name="acting-end"),
    path("me/second-factor/", second_factor_views.page, name="second-factor"),
    path("me/second-factor/begin/", second_factor_views.begin, name="second-factor-begin"),
    path("me/second-factor/codes/", second_factor_views.renew, name="second-factor-codes"),
    path("language/", public_views.language, name="language"),
    path("password/", public_views.password_forgotten, name="password-forgotten"),
    path("p/<str:token>/", public_views.password_link, name="password-link"),
    path("e/<str:token>/", public_views.email_link, name="email-link"),
    path("b/<str:token>/", public_views.iban_link, name="iban-link"),
    path("me/", views.profile, name="profile"),
    path("me/household/", views.household, name="household"),
    path("me/address/", views.address, name="address"),
    path("me/bank-account/", views.bank_account, name="bank-account"),
    path("me/confirm-email/", views.resend_confirmation, name="resend-confirmation"),
    path("me/password/", views.password_change, name="password-change"),
    path("me/papers/", papers_views.paper_list, name="papers"),
    path("me/papers/<slug:kind>/", papers_views.paper_give, name="paper-give"),
    path("me/papers/file/<str:ref>/", papers_views.paper_file, name="paper-file"),
    path("u/<str:token>/", public_views.notices_link, name="notices-link"),
    path("me/notices/", notice_views.notice_list, name="notices"),
    path("me/notices/read/", notice_views.notices_read, name="notices-read"),
    path("me/notices/preferences/", notice_views.preferences, name="notice-preferences"),
    path("me/notices/<str:ref>/", notice_views.notice_open, name="notice"),
    path("me/tokens/", token_views.token_list, name="tokens"),
    path("me/tokens/<str:ref>/revoke/", token_views.token_revoke, name="token-revoke"),
]
