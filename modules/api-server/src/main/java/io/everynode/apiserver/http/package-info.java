/**
 * HTTP/1.1 and HTTP/2 on one port, by Netty, for handlers that speak in Pekko HTTP's model of requests and answers
 * (docs/adr/0067). A channel's handlers run on its event loop; bodies that are not small, and answers that are made
 * while they are sent, are streams of Pekko.
 */
package io.everynode.apiserver.http;
