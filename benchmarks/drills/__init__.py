"""Drills: does a promise hold on a bad day, with many seeds?"""
