"""The payment pages of Razorpay and Stripe, for a person."""
