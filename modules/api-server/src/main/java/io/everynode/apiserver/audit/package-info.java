/** What a server itself keeps of requests that leave no trace in the journal (docs/adr/0051). */
package io.everynode.apiserver.audit;
