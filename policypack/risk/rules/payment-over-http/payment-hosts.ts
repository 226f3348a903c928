/** Domains under which payment providers take, return or hold money by HTTP; subdomains count. */
export const paymentDomains: readonly string[] = [
  "2checkout.com",
  "adyen.com",
  "adyenpayments.com",
  "affirm.com",
  "afterpay.com",
  "airwallex.com",
  "authorize.net",
  "bluesnap.com",
  "braintree-api.com",
  "braintreegateway.com",
  "checkout.com",
  "cybersource.com",
  "dlocal.com",
  "flutterwave.com",
  "gocardless.com",
  "iyzipay.com",
  "klarna.com",
  "mangopay.com",
  "mercadopago.com",
  "mollie.com",
  "multisafepay.com",
  "nexigroup.com",
  "paddle.com",
  "paypal.com",
  "paystack.co",
  "paystack.com",
  "payu.com",
  "rapyd.net",
  "razorpay.com",
  "sagepay.com",
  "saferpay.com",
  "squareup.com",
  "squareupsandbox.com",
  "stripe.com",
  "sumup.com",
  "transferwise.com",
  "wise.com",
  "worldpay.com",
  "xendit.co",
];

/** Whether a host (as `URL.hostname` gives it) is one of the domains or below one. */
export function isBelow(host: string, domains: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return domains.some((domain) => name === domain || name.endsWith(`.${domain}`));
}
