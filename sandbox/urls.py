"""Every address of the sandbox."""

from django.urls import path

from sandbox import pages
from sandbox.aathma import views as aathma
from sandbox.control import claims as control_claims
from sandbox.control import doctor as control_doctor
from sandbox.control import gateways, storm, world
from sandbox.control import orders as control_orders
from sandbox.hosted import checkout as hosted
from sandbox.issuer import views as issuer
from sandbox.juspay import checkout, mandate_views
from sandbox.juspay import views as juspay
from sandbox.nama import views as nama
from sandbox.narayana import views as narayana
from sandbox.razorpay import views as razorpay
from sandbox.sms import gupshup, msg91, valuefirst
from sandbox.stripe import views as stripe
from sandbox.wire import by_method

handler404 = "sandbox.wire.not_found"
handler500 = "sandbox.wire.broken"

urlpatterns = [
    path("", by_method(get=pages.index), name="index"),
    path("health", by_method(get=pages.health)),
    # Juspay
    path("juspay/session", by_method(post=juspay.open_session)),
    path("juspay/orders/<str:order_id>", by_method(get=juspay.order_status)),
    path("juspay/orders/<str:order_id>/refunds", by_method(post=juspay.refund_order)),
    path("juspay/refunds", by_method(post=juspay.refund_transaction)),
    path("juspay/txns", by_method(post=mandate_views.debit_mandate)),
    path(
        "juspay/mandates/<str:mandate_id>",
        by_method(get=mandate_views.mandate_status, post=mandate_views.command_mandate),
    ),
    path("juspay/notifications/<str:object_reference_id>", by_method(get=mandate_views.notification_status)),
    path("juspay/checkout/<str:order_id>", by_method(get=checkout.show, post=checkout.act), name="checkout"),
    # Razorpay and Stripe
    path("razorpay/v1/orders", by_method(get=razorpay.list_orders, post=razorpay.create_order)),
    path("razorpay/v1/orders/<str:order_id>", by_method(get=razorpay.order_status)),
    path("razorpay/v1/orders/<str:order_id>/payments", by_method(get=razorpay.order_payments)),
    path("razorpay/v1/payments/<str:payment_id>/refund", by_method(post=razorpay.refund_payment)),
    path("razorpay/v1/payments/<str:payment_id>/refunds", by_method(get=razorpay.payment_refunds)),
    path("stripe/v1/payment_intents", by_method(get=stripe.list_intents, post=stripe.create_intent)),
    path("stripe/v1/payment_intents/<str:intent_id>", by_method(get=stripe.intent_status)),
    path("stripe/v1/refunds", by_method(get=stripe.list_refunds, post=stripe.create_refund)),
    path("razorpay/checkout/<str:order_id>", by_method(**hosted.page("razorpay")), name="razorpay"),
    path("stripe/checkout/<str:order_id>", by_method(**hosted.page("stripe")), name="stripe"),
    # Wallet issuer
    path("issuer/customers", by_method(get=issuer.search_customers, post=issuer.create_customer)),
    path("issuer/wallets", by_method(post=issuer.create_wallet)),
    path("issuer/wallets/<str:wallet_id>", by_method(get=issuer.wallet_status)),
    path("issuer/wallets/<str:wallet_id>/loads", by_method(post=issuer.load_wallet)),
    path("issuer/wallets/<str:wallet_id>/debits", by_method(post=issuer.debit_wallet)),
    path("issuer/wallets/<str:wallet_id>/reversals", by_method(post=issuer.reverse)),
    path("issuer/operations/<str:operation_id>", by_method(get=issuer.operation)),
    # Narayana
    path("narayana/patients/search", by_method(post=narayana.search_patients)),
    path("narayana/patients", by_method(post=narayana.register_patient)),
    path("narayana/plans", by_method(get=narayana.plans)),
    path("narayana/claims", by_method(post=narayana.submit_claim)),
    path("narayana/claims/<str:claim_id>", by_method(get=narayana.claim_status)),
    path("narayana/claims/<str:claim_id>/documents", by_method(post=narayana.attach_document)),
    path("narayana/claims/<str:claim_id>/answers", by_method(post=narayana.answer_query)),
    # Aathma and Nama
    path("aathma/consultations", by_method(post=aathma.create)),
    path("aathma/consultations/<str:consultation_id>", by_method(get=aathma.status)),
    path("aathma/consultations/<str:consultation_id>/cancel", by_method(post=aathma.cancel)),
    path("aathma/consultations/<str:consultation_id>/addenda", by_method(post=aathma.addendum)),
    path("aathma/consultations/<str:consultation_id>/feedback", by_method(post=aathma.feedback)),
    path("aathma/alerts", by_method(post=aathma.alert)),
    path("nama/chat/completions", by_method(post=nama.chat)),
    # SMS
    path("sms/gupshup/GatewayAPI/rest", by_method(get=gupshup.send, post=gupshup.send)),
    path("sms/msg91/api/v5/flow", by_method(post=msg91.send)),
    path("sms/msg91/api/v5/flow/", by_method(post=msg91.send)),
    path("sms/valuefirst/psms/api/messages/token", by_method(post=valuefirst.token)),
    path("sms/valuefirst/psms/servlet/psms.JsonEservice", by_method(post=valuefirst.send)),
    # Control
    path("_control/log", by_method(get=world.log)),
    path("_control/faults", by_method(get=world.list_faults, post=world.arm_fault, delete=world.disarm_faults)),
    path("_control/orders", by_method(post=control_orders.set_orders)),
    path("_control/orders/<str:order_id>", by_method(get=control_orders.show_order, post=control_orders.set_order)),
    path("_control/refunds/<str:unique_request_id>", by_method(post=control_orders.set_refund)),
    path("_control/gateways", by_method(get=gateways.money)),
    path("_control/gateways/<str:provider>/refunds/<str:unique_request_id>", by_method(post=gateways.set_refund)),
    path("_control/gateways/<str:provider>/<str:order_id>", by_method(post=gateways.set_payment)),
    path("_control/claims", by_method(get=control_claims.show_claims)),
    path("_control/claims/<str:claim_id>", by_method(post=control_claims.set_claim)),
    path("_control/mandates/<str:mandate_id>", by_method(post=control_orders.set_mandate)),
    path("_control/webhooks", by_method(get=world.webhooks, post=storm.send)),
    path("_control/sms", by_method(get=world.sms)),
    path("_control/clock", by_method(get=world.show_clock, post=world.advance_clock)),
    path("_control/patients", by_method(post=world.enter_patient)),
    path("_control/patients/<str:temp_number>", by_method(post=world.give_mrn)),
    path("_control/wallets/<str:wallet_id>", by_method(post=world.set_wallet)),
    path("_control/books", by_method(get=world.books)),
    path("_control/consultations", by_method(get=control_doctor.consultations)),
    path("_control/consultations/<str:consultation_id>", by_method(post=control_doctor.set_consultation)),
    path("_control/aathma", by_method(post=control_doctor.set_assigning)),
    path("_control/nama", by_method(post=control_doctor.script_model)),
    path("_control/reset", by_method(post=world.reset)),
]
