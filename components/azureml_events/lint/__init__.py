"""The rules over subscriptions: filters that never match, likely mistakes, redundancy."""
